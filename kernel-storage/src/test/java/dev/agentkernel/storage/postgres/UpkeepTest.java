package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.contract.ManualClock;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.transfer.Progress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Partitions are there before their day and go after their retention; what is expired is purged. */
class UpkeepTest {

    private final ManualClock clock = new ManualClock();
    private String database;
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
    }

    @AfterEach
    void close() throws SQLException {
        kernel.close();
        TestServer.running().dropDatabase(database);
    }

    private List<String> column(String sql) throws SQLException {
        List<String> values = new ArrayList<>();
        try (Connection connection = TestServer.running().connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                values.add(row.getString(1));
            }
        }
        return values;
    }

    private List<String> partitions() throws SQLException {
        return column(
                "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1");
    }

    private static String partitionOf(LocalDate day) {
        return "events_" + day.toString().replace("-", "");
    }

    @Test
    void partitionsShouldBeThereAWeekAhead() throws SQLException {
        LocalDate today = LocalDate.now(ZoneOffset.UTC);
        List<String> expected = new ArrayList<>();
        for (int i = 0; i <= 7; i++) {
            expected.add(partitionOf(today.plusDays(i)));
        }
        expected.add("events_default");
        assertThat(partitions()).containsExactlyInAnyOrderElementsOf(expected);
        try (Connection connection = TestServer.running().connect(database)) {
            new EventPartitions(0).runOnce(connection);
        }
        assertThat(partitions()).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void whatAReplicaBeganThatStandsStillShouldBeDoneByAnother() throws Exception {
        CountDownLatch standing = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        DecisionClock still = () -> {
            standing.countDown();
            awaitGoOn(goOn);
            return null;
        };
        try (Connections connections = Connections.to(TestServer.running().settingsFor(database, "b"));
                Upkeep paused = new Upkeep(connections, new ExpiredRows(still), new EventPartitions(0));
                Upkeep other =
                        new Upkeep(connections, new ExpiredRows(DecisionClock.OF_DATABASE), new EventPartitions(0))) {
            FutureTask<Boolean> round = new FutureTask<>(() -> {
                // That of the kernel may be at it.
                while (!paused.runOnce()) {
                    Thread.onSpinWait();
                }
                return true;
            });
            Thread.ofPlatform().start(round);
            assertThat(standing.await(60, TimeUnit.SECONDS)).isTrue();
            await().atMost(Duration.ofSeconds(60)).until(other::runOnce);
            goOn.countDown();
            assertThatThrownBy(() -> round.get(60, TimeUnit.SECONDS)).hasCauseInstanceOf(SQLException.class);
        } finally {
            goOn.countDown();
        }
    }

    private static void awaitGoOn(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void eventsShouldGoToThePartitionOfTheirDay() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        clock.advance(Duration.ofDays(1));
        kernel.put(agent, "k", "tomorrow");
        clock.advance(Duration.ofDays(30));
        kernel.put(agent, "k", "too far ahead");
        assertThat(column("SELECT DISTINCT tableoid::regclass::text FROM events ORDER BY 1"))
                .containsExactly(
                        partitionOf(LocalDate.now(ZoneOffset.UTC)),
                        partitionOf(LocalDate.now(ZoneOffset.UTC).plusDays(1)),
                        "events_default");
        assertThat(kernel.allEvents(2)).hasSize(4);
    }

    @Test
    void oldPartitionsShouldBeDroppedWhole() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        // What is written three days ago, by moving its partition's name and the day it stands for.
        LocalDate old = LocalDate.now(ZoneOffset.UTC).minusDays(3);
        TestServer.running()
                .execute(
                        database,
                        "CREATE TABLE " + partitionOf(old) + " PARTITION OF events FOR VALUES FROM ('" + old
                                + " 00:00:00+00') TO ('" + old.plusDays(1) + " 00:00:00+00');"
                                + "INSERT INTO events VALUES (0, '" + old
                                + " 12:00:00+00', 'registry_read', NULL, '{}');"
                                + "INSERT INTO event_days VALUES ('" + old + "', 0)");
        try (Connection connection = TestServer.running().connect(database)) {
            new EventPartitions(3).runOnce(connection);
            assertThat(partitions()).contains(partitionOf(old));
            new EventPartitions(2).runOnce(connection);
        }
        assertThat(partitions()).doesNotContain(partitionOf(old));
        kernel.put(agent, "k", "v");
        assertThat(kernel.allEvents(100)).extracting(Event::seq).containsExactly(1L, 2L, 3L);
    }

    private void keepPartitions(int retentionDays, LocalDate today) throws SQLException {
        try (Connection connection = TestServer.running().connect(database)) {
            new EventPartitions(retentionDays).runOnce(today, connection);
        }
    }

    private void countAll() {
        while (kernel.storage().activity().countNext(1_000) > 0) {
            // until all is counted
        }
    }

    /** Writes once on each of so many days, beginning with the clock's. */
    private void putDaily(AgentCaller agent, int days) {
        for (int day = 0; day < days; day++) {
            kernel.put(agent, "k", "day " + day);
            clock.advance(Duration.ofDays(1));
        }
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    @Test
    void daysFromTheOldestUndeliveredMessageOnShouldStay() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        LocalDate first = today();
        putDaily(agent, 1);
        kernel.send(agent, agent, "waits");
        putDaily(agent, 4);
        countAll();
        keepPartitions(2, today());
        assertThat(partitions())
                .doesNotContain(partitionOf(first))
                .contains(partitionOf(first.plusDays(1)), partitionOf(first.plusDays(2)));
        kernel.receive(agent, 1);
        countAll();
        keepPartitions(2, today());
        assertThat(partitions())
                .doesNotContain(partitionOf(first.plusDays(1)), partitionOf(first.plusDays(2)))
                .contains(partitionOf(first.plusDays(3)));
        assertThat(kernel.allEvents(2).getFirst().time())
                .isAfterOrEqualTo(PostgresEventStore.startOf(first.plusDays(3)).toInstant());
    }

    @Test
    void daysThatAreNotCountedShouldStay() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        LocalDate first = today();
        putDaily(agent, 5);
        keepPartitions(2, today());
        assertThat(partitions()).contains(partitionOf(first));
        kernel.storage().activity().countNext(3);
        keepPartitions(2, today());
        assertThat(partitions()).doesNotContain(partitionOf(first)).contains(partitionOf(first.plusDays(1)));
    }

    @Test
    void theDefaultPartitionShouldBeEmptiedWhenTheDayIsOver() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        clock.advance(Duration.ofDays(30));
        putDaily(agent, 2);
        countAll();
        List<Event> events = kernel.allEvents(10);
        LocalDate late = today().minusDays(1);
        keepPartitions(0, late);
        assertThat(column("SELECT count(*) FROM events_default")).containsExactly("1");
        assertThat(partitions()).contains(partitionOf(late.minusDays(1))).doesNotContain(partitionOf(late));
        keepPartitions(0, today());
        assertThat(column("SELECT count(*) FROM events_default")).containsExactly("0");
        assertThat(column("SELECT count(*) FROM " + partitionOf(late))).containsExactly("1");
        assertThat(kernel.allEvents(10)).isEqualTo(events);
        keepPartitions(1, today());
        assertThat(kernel.allEvents(10)).extracting(Event::seq).containsExactly(4L);
        kernel.put(agent, "k", "goes on");
        assertThat(kernel.allEvents(10)).hasSize(2);
    }

    /** What is left of the log, and everything that what is gone of it once made. */
    @Test
    void aShortenedLogShouldBeBackedUpAndRestored(@TempDir Path directory) throws Exception {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "of the first day", "value");
        putDaily(agent, 5);
        countAll();
        keepPartitions(2, today());
        List<Event> left = kernel.allEvents(100);
        long last = kernel.storage().events().lastSeq();
        assertThat(left).extracting(Event::seq).doesNotContain(1L).contains(last);
        PostgresSettings source = TestServer.running().settingsFor(database, "a");
        Path backup = directory.resolve("backup");
        assertThat(PostgresBackup.backup(source, backup, Progress.NONE)).isEqualTo(last);

        assertThat(restoredFrom(backup)).isEqualTo(left);

        clock.advance(Duration.ofDays(10));
        keepPartitions(2, today());
        assertThat(kernel.allEvents(100)).isEmpty();
        Path withoutEvents = directory.resolve("without events");
        assertThat(PostgresBackup.backup(source, withoutEvents, Progress.NONE)).isEqualTo(last);
        assertThat(restoredFrom(withoutEvents)).isEmpty();
    }

    /** The events of a database that is restored and goes on. */
    private List<Event> restoredFrom(Path backup) throws Exception {
        String target = TestServer.running().createDatabase();
        PostgresSettings settings = TestServer.running().settingsFor(target, "a");
        long last = PostgresBackup.restore(backup, settings, Progress.NONE);
        try (KernelProcess restored =
                new KernelProcess(PostgresStorage.open(settings, clock), clock, "a", Limits.DEFAULT)) {
            List<Event> events = restored.allEvents(100);
            AgentCaller agent = restored.newAgent();
            assertThat(restored.get(agent, "of the first day")).hasValue("value");
            assertThat(restored.get(agent, "k")).hasValue("day 4");
            restored.put(agent, "goes", "on");
            // Each of the two reads has left an event, too.
            assertThat(restored.allEvents(100).getLast().seq()).isGreaterThan(last + 2);
            return events;
        } finally {
            TestServer.running().dropDatabase(target);
        }
    }

    @Test
    void commitsThatOthersFollowedShouldBeForgottenButTheLastOfEachReplica() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        putDaily(agent, 3);
        TestServer.running()
                .execute(
                        database,
                        "INSERT INTO commits SELECT number + 10, last_seq, last_time, credential_epoch, state_bytes, state_keys,"
                                + " queue_bytes, agent_count, 'b', 7, 1 FROM commits ORDER BY number DESC LIMIT 1");
        kernel.put(agent, "k", "after");
        try (Connection connection = TestServer.running().connect(database)) {
            assertThat(ExpiredRows.forgetCommits(connection)).isPositive();
            assertThat(ExpiredRows.forgetCommits(connection)).isZero();
        }
        assertThat(column("SELECT replica FROM commits ORDER BY number")).containsExactly("", "b", "a");
        long last = kernel.storage().events().lastSeq();
        kernel.put(agent, "k", "goes on");
        assertThat(kernel.storage().events().lastSeq()).isEqualTo(last + 1);
    }

    @Test
    void expiredKeysAndChallengesShouldBePurgedInBites() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        kernel.send(agent, agent, "m", "key");
        ExpiredRows expired = new ExpiredRows(() -> Micros.of(clock.instant()));
        try (Connection connection = TestServer.running().connect(database)) {
            assertThat(expired.runOnce(connection)).isZero();
            clock.advance(Duration.ofMinutes(6));
            assertThat(expired.runOnce(connection)).isEqualTo(1);
            clock.advance(Duration.ofHours(24));
            kernel.send(agent, agent, "n", "younger key");
            assertThat(expired.runOnce(connection)).isEqualTo(1);
            TestServer.running()
                    .execute(
                            database,
                            "INSERT INTO used_challenges SELECT int4send(i), 1 FROM generate_series(1, 2500) AS i");
            assertThat(expired.runOnce(connection)).isEqualTo(1_000);
        }
        assertThat(column("SELECT convert_from(idempotency_key, 'UTF8') FROM idempotency_keys"))
                .containsExactly("younger key");
        kernel.send(agent, agent, "o", "key");
        assertThat(kernel.receive(agent, 10)).hasSize(3);
    }
}
