package dev.agentkernel.storage.postgres;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Connections of the committer on which a session ends at the n-th statement that is sent: the server kills it there itself, so
 * that everything before the statement was done and nothing of it and after it.
 */
final class FailingConnections {

    private static final String SEPARATOR = ";\n";
    private static final String END_OF_SESSION = "SELECT pg_terminate_backend(pg_backend_pid())";

    private final AtomicInteger statementsLeft = new AtomicInteger(Integer.MAX_VALUE);
    private final AtomicReference<@Nullable String> failedBefore = new AtomicReference<>();

    /** Lets the given number of statements pass, and fails the next. */
    void failAfter(int statements) {
        failedBefore.set(null);
        statementsLeft.set(statements);
    }

    /** Ends the session when a commit has been done and before its answer is there. */
    void failAfterNextCommit() {
        failedBefore.set(null);
        statementsLeft.set(-1);
    }

    /** What was about to run when the session ended; {@code null} when nothing failed yet. */
    @Nullable
    String failedBefore() {
        return failedBefore.get();
    }

    CommitConnection.ConnectionSource wrap(CommitConnection.ConnectionSource source) {
        return () -> {
            Connection connection = source.open();
            return (Connection) Proxy.newProxyInstance(
                    getClass().getClassLoader(), new Class<?>[] {Connection.class}, (proxy, method, arguments) -> {
                        if (method.getName().equals("prepareStatement")) {
                            arguments[0] = withFailure((String) arguments[0]);
                        }
                        try {
                            return method.invoke(connection, arguments);
                        } catch (InvocationTargetException failed) {
                            throw failed.getCause() instanceof SQLException sql ? sql : failed.getCause();
                        }
                    });
        };
    }

    private String withFailure(String script) {
        String[] statements = script.split(SEPARATOR);
        int left = statementsLeft.get();
        if (left < 0) {
            return statements[statements.length - 1].equals("COMMIT") ? failing(statements, statements.length) : script;
        }
        if (left >= statements.length) {
            statementsLeft.addAndGet(-statements.length);
            return script;
        }
        return failing(statements, left);
    }

    private String failing(String[] statements, int before) {
        statementsLeft.set(Integer.MAX_VALUE);
        failedBefore.set(before < statements.length ? statements[before] : "the answer");
        StringBuilder script = new StringBuilder();
        for (int i = 0; i < statements.length; i++) {
            script.append(i == 0 ? "" : SEPARATOR).append(i == before ? END_OF_SESSION + SEPARATOR : "");
            script.append(statements[i]);
        }
        return before == statements.length ? script + SEPARATOR + END_OF_SESSION : script.toString();
    }
}
