package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.io.EOFException;
import java.sql.SQLException;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;
import org.h2.api.ErrorCode;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;

/** Tells what a failure of H2 means to the kernel: a full disk, a database that is away, a damaged file, or a bug. */
final class H2Failure {

    /** Classes of SQLSTATE: a value that does not fit, a broken constraint, a statement that is wrong. */
    private static final Set<String> OF_THE_STATEMENT = Set.of("22", "23", "42");

    private static final int CAUSES_MAX = 30;

    private H2Failure() {}

    /** What to throw for a failure: itself if it is none of the database. */
    static RuntimeException of(Exception failure, String what) {
        return switch (failure) {
            case RuntimeException own -> own;
            case SQLException sql
            when isOfTheStatement(sql) ->
                // Trying again would fail again, and take the rest of the batch along each time.
                new IllegalStateException("a statement that H2 cannot carry out: " + sql.getMessage(), sql);
            default -> new StorageException(isDiskFull(failure) ? Remedy.FREE_SPACE : Remedy.RETRY, what, failure);
        };
    }

    /** Whether the statement is at fault, and the database as good as before. */
    static boolean isOfTheStatement(Exception failure) {
        if (!(failure instanceof SQLException sql) || sql.getSQLState() == null || isDamage(failure)) {
            return false;
        }
        String state = sql.getSQLState();
        return state.length() == 5 && OF_THE_STATEMENT.contains(state.substring(0, 2));
    }

    /** Whether H2's file holds something else than H2 wrote, which a write that failed in part can bring about. */
    static boolean isDamage(Throwable failure) {
        return anyCause(failure, cause -> switch (cause) {
            case MVStoreException store -> isDamage(store);
            case SQLException sql -> sql.getErrorCode() == ErrorCode.FILE_CORRUPTED_1;
            default -> false;
        });
    }

    private static boolean isDamage(MVStoreException failure) {
        return switch (failure.getErrorCode()) {
            case DataUtils.ERROR_FILE_CORRUPT, DataUtils.ERROR_CHUNK_NOT_FOUND -> true;
            case DataUtils.ERROR_READING_FAILED -> failure.getCause() instanceof EOFException;
            default -> false;
        };
    }

    /** The JDK tells want of space by the operating system's words alone. */
    private static boolean isDiskFull(Throwable failure) {
        return anyCause(failure, cause -> {
            String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            return words.contains("no space left") || words.contains("quota exceeded");
        });
    }

    /** H2's causes may run in a circle. */
    private static boolean anyCause(Throwable failure, Predicate<Throwable> wanted) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            if (wanted.test(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
