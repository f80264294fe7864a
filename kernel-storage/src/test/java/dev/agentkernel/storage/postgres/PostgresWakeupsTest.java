package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.storage.contract.KernelProcess;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PostgresWakeupsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Never, as far as a test is concerned. */
    private static final Duration NO_POLL = Duration.ofMinutes(1);

    private final RecordedHints heardByA = new RecordedHints();
    private final RecordedHints heardByB = new RecordedHints();
    private String database;
    private PostgresStorage storageA;
    private PostgresStorage storageB;
    private PostgresWakeups a;
    private PostgresWakeups b;

    @BeforeEach
    void openTwoReplicas() throws SQLException {
        database = TestServer.running().createDatabase();
        storageA = open("a");
        storageB = open("b");
    }

    private PostgresStorage open(String replica) {
        return PostgresStorage.open(TestServer.running().settingsFor(database, replica), InstantSource.system());
    }

    private void startBoth(boolean notifies, Duration pollInterval) {
        PostgresWakeups.Settings settings = new PostgresWakeups.Settings(notifies, pollInterval);
        a = storageA.startWakeups(settings);
        a.subscribe(heardByA);
        b = storageB.startWakeups(settings);
        b.subscribe(heardByB);
        if (notifies) {
            awaitListening();
        }
    }

    private void awaitListening() {
        await().atMost(PATIENCE).until(() -> {
            a.workersChanged("are you there");
            return heardByB.all().contains("workers are you there");
        });
    }

    @AfterEach
    void close() throws SQLException {
        a.close();
        b.close();
        storageA.close();
        storageB.close();
        TestServer.running().dropDatabase(database);
    }

    @Test
    void everyHintShouldReachBothReplicas() {
        startBoth(true, NO_POLL);
        AgentCaller agent = new AgentCaller("tab_c", 3);
        OperatorCaller operator = new OperatorCaller(new UUID(1, 2), 4);
        a.agentHasMail("tab_a");
        a.logReached(12);
        a.workersChanged("tab_b");
        a.credentialRevoked(agent);
        a.credentialRevoked(operator);
        List<String> told = List.of("mail tab_a", "log 12", "workers tab_b", "revoked " + agent, "revoked " + operator);
        assertThat(heardByA.all()).containsAll(told);
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(heardByB.all()).containsAll(told));
        // What comes back from the server is not told twice.
        assertThat(heardByA.all()).filteredOn("mail tab_a"::equals).hasSize(1);
    }

    @Test
    void aFloodShouldArriveOrStandForEverything() {
        startBoth(true, NO_POLL);
        IntStream.range(0, 50_000).forEach(i -> a.agentHasMail("tab_" + i));
        a.agentHasMail("the last");
        await().atMost(PATIENCE)
                .until(() -> heardByB.all().contains("mail the last")
                        || heardByB.all().contains("everything"));
    }

    @Test
    void aCutListeningConnectionShouldBeReplacedAndEverythingLookedAt() throws SQLException {
        startBoth(true, NO_POLL);
        heardByB.all().clear();
        terminateListening("b");
        await().atMost(PATIENCE).until(() -> heardByB.all().contains("everything"));
        a.agentHasMail("after");
        await().atMost(PATIENCE).until(() -> heardByB.all().contains("mail after"));
    }

    @Test
    void aCutSendingConnectionShouldLoseNothingForGood() throws SQLException {
        startBoth(true, NO_POLL);
        heardByB.all().clear();
        terminate("query LIKE '%pg_notify%' AND application_name LIKE '%a'");
        await().atMost(PATIENCE).until(() -> {
            a.agentHasMail("after");
            return heardByB.all().contains("mail after");
        });
    }

    @Test
    void withoutNotificationsThePollShouldTell() {
        startBoth(false, Duration.ofMillis(200));
        KernelProcess kernel = new KernelProcess(storageA, InstantSource.system(), "a", KernelProcess.Limits.DEFAULT);
        kernel.newOperator();
        await().atMost(PATIENCE)
                .until(() ->
                        heardByB.all().contains("everything") && heardByB.all().contains("log 1"));
        kernel.commits().close();
    }

    private void terminateListening(String replica) throws SQLException {
        terminate("query LIKE 'LISTEN%' AND application_name LIKE '%" + replica + "'");
    }

    private void terminate(String which) throws SQLException {
        try (Connection connection = TestServer.running().connect(database);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                    + "' AND pid <> pg_backend_pid() AND " + which);
        }
    }
}
