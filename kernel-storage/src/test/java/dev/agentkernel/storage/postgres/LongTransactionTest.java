package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.contract.ManualClock;
import dev.agentkernel.storage.records.Micros;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A transaction that stays open elsewhere keeps the server from clearing away what is dead. However much that becomes, the kernel
 * must not go through it again and again: told by the entries that each index gave out.
 */
class LongTransactionTest {

    private static final int ROUNDS = 300;

    private final ManualClock clock = new ManualClock();
    private String database;
    private Connection elsewhere;
    private KernelProcess kernel;

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        kernel = new KernelProcess(
                PostgresStorage.open(
                        TestServer.running().settingsFor(database, "a"),
                        clock,
                        () -> Micros.of(clock.instant()),
                        UnaryOperator.identity()),
                clock,
                "a",
                Limits.DEFAULT);
        elsewhere = TestServer.running().connect(database);
        elsewhere.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        elsewhere.setAutoCommit(false);
        try (Statement statement = elsewhere.createStatement()) {
            statement.execute("SELECT count(*) FROM commits");
        }
    }

    @AfterEach
    void close() throws SQLException {
        elsewhere.close();
        TestServer.running().dropDatabase(database);
    }

    /** Sessions report what they did when they end. */
    private Map<String, Long> entriesReadAtTheEnd() throws SQLException {
        kernel.close();
        try (Connection connection = TestServer.running().connect(database);
                Statement statement = connection.createStatement()) {
            await().atMost(Duration.ofSeconds(60)).until(() -> {
                try (ResultSet row = statement.executeQuery("SELECT count(*) FROM pg_stat_activity"
                        + " WHERE datname = current_database() AND application_name LIKE 'agent-kernel%'")) {
                    return row.next() && row.getLong(1) == 0;
                }
            });
            Map<String, Long> read = new TreeMap<>();
            try (ResultSet row =
                    statement.executeQuery("SELECT indexrelname, idx_tup_read FROM pg_stat_user_indexes")) {
                while (row.next()) {
                    read.put(row.getString(1), row.getLong(2));
                }
            }
            return read;
        }
    }

    @Test
    void sendingAndTakingShouldNotGoThroughWhatIsDead() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < ROUNDS; i++) {
            kernel.send(agent, agent, "m" + i);
            assertThat(KernelProcess.contentsOf(kernel.receive(agent, 1))).containsExactly("m" + i);
        }
        assertThat(entriesReadAtTheEnd())
                .hasEntrySatisfying("messages_waiting", read -> assertThat(read).isBetween((long) ROUNDS, 3L * ROUNDS))
                .hasEntrySatisfying("commits_pkey", read -> assertThat(read).isBetween((long) ROUNDS, 40L * ROUNDS))
                // Within a page the versions of a row have one entry, so that these few tell of no more than pages.
                .hasEntrySatisfying("queues_pkey", read -> assertThat(read).isBetween((long) ROUNDS, 60L * ROUNDS))
                .hasEntrySatisfying(
                        "messages_leased_until", read -> assertThat(read).isZero())
                .hasEntrySatisfying(
                        "messages_leased_by", read -> assertThat(read).isZero());
    }

    @Test
    void sweepingLeasesShouldNotGoThroughWhatIsDead() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        for (int i = 0; i < ROUNDS; i++) {
            kernel.send(agent, agent, "m" + i);
            assertThat(kernel.receive(agent, 1)).hasSize(1);
        }
        clock.advance(Duration.ofMinutes(5));
        for (int i = 0; i < ROUNDS; i++) {
            assertThat(kernel.storage().messages().expiredLeases(10)).isEmpty();
        }
        assertThat(entriesReadAtTheEnd())
                .hasEntrySatisfying(
                        "messages_leased_until", read -> assertThat(read).isBetween((long) ROUNDS, 3L * ROUNDS));
    }
}
