package dev.agentkernel.bench.queues;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;

/** A transaction that stays open and sees the database as it was, as a forgotten session or a long report does. */
final class LongTransaction implements AutoCloseable {
    private final Connection connection;

    private LongTransaction(Connection connection) {
        this.connection = connection;
    }

    /** Where the kernel's environment says its database is; empty when it is embedded. */
    static Optional<String> database(Map<String, String> environment) {
        return Optional.ofNullable(environment.get("KERNEL_DATABASE_URL"));
    }

    static LongTransaction begin(String url, Map<String, String> environment) {
        try {
            Connection connection = DriverManager.getConnection(
                    url,
                    environment.getOrDefault("KERNEL_DATABASE_USERNAME", "agentkernel"),
                    environment.getOrDefault("KERNEL_DATABASE_PASSWORD", ""));
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("SELECT count(*) FROM totals");
            }
            return new LongTransaction(connection);
        } catch (SQLException failure) {
            throw new BenchmarkFailure("no transaction could be begun at " + url + ": " + failure, failure);
        }
    }

    @Override
    public void close() {
        try {
            connection.rollback();
            connection.close();
        } catch (SQLException failure) {
            throw new BenchmarkFailure("the long transaction did not stay open: " + failure, failure);
        }
    }
}
