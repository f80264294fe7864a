package dev.agentkernel.app.crash;

import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.process.KernelProcess;
import dev.agentkernel.app.process.KernelProgram;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A PostgreSQL server that replicas share, and that can be stopped and started again under them. */
final class SharedDatabase implements AutoCloseable {

    private final Path directory;
    private final int port;
    private EmbeddedPostgres server;

    SharedDatabase(Path directory) throws IOException {
        this.directory = directory.resolve("postgres");
        try (ServerSocket free = new ServerSocket(0)) {
            this.port = free.getLocalPort();
        }
        this.server = start();
    }

    private EmbeddedPostgres start() throws IOException {
        return EmbeddedPostgres.builder()
                .setDataDirectory(directory)
                .setCleanDataDirectory(false)
                .setPort(port)
                .start();
    }

    void stop() throws IOException {
        server.close();
    }

    void startAgain() throws IOException {
        server = start();
    }

    int port() {
        return port;
    }

    /** Starts a replica, and returns when it answers. */
    KernelProcess replica(String name, Path logs) {
        return replica(name, logs, Map.of());
    }

    /** Starts a replica with more properties, and returns when it answers. */
    KernelProcess replica(String name, Path logs, Map<String, String> more) {
        KernelProcess kernel = KernelProcess.launch(logs.resolve("unused"), logs, properties(name, port, more));
        return kernel.ready();
    }

    /** Starts a process that pushes to webhooks and serves nobody, and returns when it does. */
    KernelProcess worker(String name, Path logs, Map<String, String> more) {
        Map<String, String> properties = properties(name, port, more);
        properties.putAll(Map.of("spring.profiles.active", "postgres,webhook-worker", "server.port", "-1"));
        KernelProcess kernel = KernelProcess.launch(logs.resolve("unused"), logs, properties);
        return kernel.told("this process pushes to webhooks");
    }

    /** Starts a replica whose clock is {@link SkewedKernel#AHEAD}, and which comes to the database by that port. */
    KernelProcess skewedReplica(String name, Path logs, int port) {
        KernelProcess kernel = KernelProcess.run(
                KernelProgram.commandOf(SkewedKernel.class.getName()),
                logs.resolve("unused"),
                logs,
                properties(name, port, Map.of()));
        return kernel.ready();
    }

    private static Map<String, String> properties(String name, int port, Map<String, String> more) {
        Map<String, String> properties = new HashMap<>(Map.of(
                "spring.profiles.active", "postgres",
                "server.address", "127.0.0.1",
                "kernel.cluster.replica", name,
                "kernel.database.url", "jdbc:postgresql://127.0.0.1:" + port + "/postgres",
                "kernel.database.username", "postgres",
                "kernel.database.password", "postgres"));
        properties.putAll(more);
        return properties;
    }

    /** Keeps the messages of a recipient from being changed until the transaction of the connection ends. */
    Connection lockMessagesOf(String recipient) throws SQLException {
        Connection connection = server.getPostgresDatabase().getConnection();
        connection.setAutoCommit(false);
        try (PreparedStatement lock =
                connection.prepareStatement("SELECT seq FROM messages WHERE recipient = ? FOR UPDATE")) {
            lock.setString(1, recipient);
            lock.executeQuery();
        }
        return connection;
    }

    /** Pauses a replica where it has locks: between loading and writing. It must be committing. */
    void pauseInTheMiddleOfACommit(KernelProcess replica, String name) {
        for (int attempt = 0; attempt < 1_000; attempt++) {
            replica.pause();
            await().atMost(KernelProcess.PATIENCE).until(() -> sessions(name, "active") == 0);
            if (sessions(name, "idle in transaction") > 0) {
                return;
            }
            replica.resume();
        }
        throw new AssertionError("never in the middle of a commit");
    }

    private int sessions(String replica, String state) {
        return Integer.parseInt(ask("SELECT count(*) FROM pg_stat_activity WHERE application_name = 'agent-kernel "
                + replica + "' AND state = '" + state + "'"));
    }

    /** The first column of the first row. */
    String ask(String sql) {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? String.valueOf(row.getString(1)) : "";
        } catch (SQLException failed) {
            throw new IllegalStateException(sql, failed);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
