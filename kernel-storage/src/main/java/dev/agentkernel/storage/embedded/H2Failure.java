package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.sql.SQLException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Tells what a failure of H2 means to the kernel: a disk that is full, a database that is away, or a bug. */
final class H2Failure {

    private static final int CAUSES_MAX = 20;

    private H2Failure() {}

    /** What to throw for a failure: itself if it is none of the database. */
    static RuntimeException of(Exception failure, String what) {
        return switch (failure) {
            case RuntimeException own -> own;
            case SQLException sql when isOfTheStatement(sql) ->
                // Trying again would fail again, and take the rest of the batch along each time.
                new IllegalStateException("a statement that H2 cannot carry out: " + sql.getMessage(), sql);
            default -> new StorageException(isDiskFull(failure) ? Remedy.FREE_SPACE : Remedy.RETRY, what, failure);
        };
    }

    /** Classes 22 and 23 of SQLSTATE, a value that does not fit or breaks a constraint, are nothing that the database can mend. */
    private static boolean isOfTheStatement(SQLException failure) {
        String state = failure.getSQLState();
        return state != null && (state.startsWith("22") || state.startsWith("23"));
    }

    /** The JDK tells want of space by the operating system's words alone. */
    private static boolean isDiskFull(Exception failure) {
        @Nullable Throwable cause = failure;
        for (int depth = 0; cause != null && depth < CAUSES_MAX; depth++) {
            String words = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (words.contains("no space left") || words.contains("quota exceeded")) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }
}
