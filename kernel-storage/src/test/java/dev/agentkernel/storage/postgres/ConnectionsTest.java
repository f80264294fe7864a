package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What limits a connection holds whatever happens on it. */
class ConnectionsTest {

    private String database;
    private Connections connections;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        connections = Connections.to(TestServer.running().settingsFor(database, "a"));
    }

    @AfterEach
    void close() throws SQLException {
        connections.close();
        TestServer.running().dropDatabase(database);
    }

    @Test
    void timeoutsShouldHoldOnEveryConnectionAndSurviveRollbacksAndResets() throws SQLException {
        try (Connection writer = connections.openWriter();
                Connection reader = connections.readers().getConnection()) {
            for (Connection connection : List.of(writer, reader)) {
                assertTimeouts(connection);
                connection.setAutoCommit(false);
                run(connection, "SET statement_timeout = 0");
                connection.rollback();
                assertTimeouts(connection);
                connection.commit();
                connection.setAutoCommit(true);
                run(connection, "SET lock_timeout = 0");
                run(connection, "RESET ALL");
                assertTimeouts(connection);
            }
        }
    }

    private static void assertTimeouts(Connection connection) throws SQLException {
        assertThat(show(connection, "statement_timeout")).isEqualTo("10s");
        assertThat(show(connection, "lock_timeout")).isEqualTo("5s");
        assertThat(show(connection, "idle_in_transaction_session_timeout")).isEqualTo("2s");
    }

    private static String show(Connection connection, String setting) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW " + setting)) {
            row.next();
            return row.getString(1);
        }
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Test
    void readersShouldNotWrite() throws SQLException {
        try (Connection reader = connections.readers().getConnection()) {
            assertThatThrownBy(() -> run(reader, "CREATE TABLE t ()")).hasMessageContaining("read-only");
        }
    }

    @Test
    void timeoutsShouldRiseInTheirOrder() {
        Duration second = Duration.ofSeconds(1);
        assertThatThrownBy(() -> new PostgresSettings.Timeouts(second, second, second, second, second, second))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void otherTimeoutsShouldMakeRoomForTheStatements() {
        assertThat(PostgresSettings.Timeouts.DEFAULT.withStatement(Duration.ofSeconds(8)))
                .isEqualTo(new PostgresSettings.Timeouts(
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(4),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(5),
                        Duration.ofMinutes(2)));
        assertThat(PostgresSettings.Timeouts.DEFAULT
                        .withStatement(Duration.ofMinutes(1))
                        .socket())
                .isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void settingsShouldNotTellThePassword() {
        assertThat(new PostgresSettings("jdbc:postgresql://h/d?password=hidden", "kernel", "hidden", "a").toString())
                .contains("kernel")
                .doesNotContain("hidden");
    }
}
