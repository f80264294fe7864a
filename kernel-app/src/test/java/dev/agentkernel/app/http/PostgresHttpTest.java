package dev.agentkernel.app.http;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The whole contract over HTTP on PostgreSQL. */
class PostgresHttpTest extends WholeContract {

    @RegisterExtension
    static final Kernels KERNELS = new Kernels(new Postgres());

    private static EmbeddedPostgres server;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stop() throws IOException {
        KERNELS.close();
        server.close();
    }

    /** Each kernel has a database of its own on the one server, and goes by the clock of the server. */
    private static final class Postgres implements StorageProfile {

        private final Set<String> databases = new HashSet<>();

        @Override
        public List<String> argumentsFor(String store) {
            if (databases.add(store)) {
                execute("postgres", "CREATE DATABASE " + store);
            }
            return List.of(
                    "--spring.profiles.active=postgres",
                    "--kernel.database.url=" + server.getJdbcUrl("postgres", store),
                    "--kernel.database.username=postgres",
                    "--kernel.database.password=postgres");
        }

        @Override
        public void letIdempotencyKeysAge(RunningKernel kernel, String store, Duration by) {
            long micros = by.toNanos() / 1_000;
            execute(store, "UPDATE idempotency_keys SET expires_at = expires_at - " + micros);
        }

        private static void execute(String database, String sql) {
            try (Connection connection =
                            server.getDatabase("postgres", database).getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (SQLException failed) {
                throw new IllegalStateException(sql + " failed in " + database, failed);
            }
        }
    }
}
