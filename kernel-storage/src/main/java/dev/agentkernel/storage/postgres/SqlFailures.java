package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What an error of the database means, by its SQLSTATE (PostgreSQL manual, appendix A). */
final class SqlFailures {

    private static final String DISK_FULL = "53100";
    private static final String CHECK_VIOLATION = "23514";

    /** What the tables refuse when a batch's decisions do not hold any more. */
    private static final Set<String> DECISION_CHECKS =
            Set.of("commits_credentials_are_current", "commits_totals_are_as_decided");

    private static final Set<String> CONFLICTS = Set.of("40001", "40P01");

    /** Connection lost, transaction ended by the server, out of something, stopped by an operator, broken disk, standby. */
    private static final Set<String> CLASSES_THAT_PASS = Set.of("08", "25", "40", "53", "55", "57", "58");

    private SqlFailures() {}

    /** The failure as the port speaks of it. */
    static StorageException translate(String what, SQLException failed) {
        return new StorageException(remedyOf(failed), what, failed);
    }

    private static Remedy remedyOf(SQLException failed) {
        String state = failed.getSQLState();
        if (state == null) {
            // The pool found no connection in time.
            return Remedy.RETRY;
        }
        if (state.equals(DISK_FULL)) {
            return Remedy.FREE_SPACE;
        }
        return CLASSES_THAT_PASS.contains(state.substring(0, 2)) ? Remedy.RETRY : Remedy.NONE;
    }

    /** Whether the session is gone: the connection broke, or the server ended it. */
    static boolean isConnectionLost(SQLException failed) {
        String state = failed.getSQLState();
        return state != null && (state.startsWith("08") || state.startsWith("57P") || state.equals("25P03"));
    }

    /** Whether the same batch may well succeed at once: another transaction was in its way. */
    static boolean isConflict(SQLException failed) {
        return (failed.getSQLState() != null && CONFLICTS.contains(failed.getSQLState())) || isOutdatedDecision(failed);
    }

    /** Whether something that the batch was decided by has changed before its commit. */
    private static boolean isOutdatedDecision(SQLException failed) {
        if (!CHECK_VIOLATION.equals(failed.getSQLState()) || !(failed instanceof PSQLException postgres)) {
            return false;
        }
        ServerErrorMessage message = postgres.getServerErrorMessage();
        return message != null && message.getConstraint() != null && DECISION_CHECKS.contains(message.getConstraint());
    }
}
