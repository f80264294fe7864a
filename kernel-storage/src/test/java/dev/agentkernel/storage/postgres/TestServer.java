package dev.agentkernel.storage.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** A PostgreSQL server of this JVM, started once; each test makes a database of its own in it. */
public final class TestServer {

    private static final String TEMPLATE = "kernel_template";
    private static final TestServer INSTANCE = new TestServer();

    private final EmbeddedPostgres server;
    private final AtomicInteger databases = new AtomicInteger();
    private boolean hasTemplate;

    private TestServer() {
        try {
            server = EmbeddedPostgres.builder()
                    // What a test wrote need not outlive a crash of the machine.
                    .setServerConfig("fsync", "off")
                    .setServerConfig("full_page_writes", "off")
                    .setServerConfig("wal_level", "minimal")
                    .setServerConfig("max_wal_senders", "0")
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException("the PostgreSQL server of the tests did not start", failed);
        }
    }

    public static TestServer running() {
        return INSTANCE;
    }

    /** An empty database; answers with its name. */
    public String createDatabase() throws SQLException {
        String name = "kernel_" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return name;
    }

    /** A database with the kernel's tables, copied from one that was migrated once: nine in ten tests begin where it ends. */
    synchronized String createDatabaseWithTables() throws SQLException {
        if (!hasTemplate) {
            execute("postgres", "CREATE DATABASE " + TEMPLATE);
            try (Connections connections = Connections.to(settingsFor(TEMPLATE, "template"))) {
                PostgresSchema.migrate(connections);
            }
            hasTemplate = true;
        }
        String name = "kernel_" + databases.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
        return name;
    }

    public void dropDatabase(String name) throws SQLException {
        execute("postgres", "DROP DATABASE " + name + " WITH (FORCE)");
    }

    public void execute(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    public Connection connect(String database) throws SQLException {
        return DriverManager.getConnection(urlOf(database), "postgres", "postgres");
    }

    public PostgresSettings settingsFor(String database, String replica) {
        return new PostgresSettings(urlOf(database), "postgres", "postgres", replica);
    }

    private String urlOf(String database) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
    }
}
