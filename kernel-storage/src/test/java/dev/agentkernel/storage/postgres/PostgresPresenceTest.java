package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Presence;
import dev.agentkernel.core.cluster.Presence.Replica;
import dev.agentkernel.core.cluster.Presence.Worker;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PostgresPresenceTest {

    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final UUID FIRST = new UUID(0, 1);
    private static final UUID SECOND = new UUID(0, 2);

    private final List<PresenceBeat> beats = new ArrayList<>();
    private final RecordedHints heard = new RecordedHints();
    private String database;
    private PostgresStorage storage;
    private Connections connections;
    private PooledReads reads;
    private Stepped a;
    private Stepped b;

    /** A replica whose beat the test drives. */
    private record Stepped(PostgresPresence presence, PresenceBeat beat, AtomicInteger replicas) {}

    @BeforeEach
    void open() throws SQLException {
        database = TestServer.running().createDatabase();
        PostgresSettings settings = TestServer.running().settingsFor(database, "a");
        storage = PostgresStorage.open(settings, InstantSource.system());
        connections = Connections.to(settings);
        reads = new PooledReads(connections);
        a = stepped("a", 1);
        b = stepped("b", 1);
        both();
    }

    private Stepped stepped(String name, long epoch) {
        LocalWakeups wakeups = new LocalWakeups();
        wakeups.subscribe(heard);
        LocalPresence local = new LocalPresence(name, "1.0", InstantSource.system(), new LocalWakeups());
        AtomicInteger replicas = new AtomicInteger(1);
        PresenceBeat beat = new PresenceBeat(
                connections::openWriter,
                local,
                new PresenceBeat.Identity(
                        name, epoch, "1.0", InstantSource.system().instant()),
                replicas,
                wakeups);
        beats.add(beat);
        return new Stepped(new PostgresPresence(local, beat, reads, wakeups), beat, replicas);
    }

    private void both() {
        a.beat().runOnce();
        b.beat().runOnce();
        a.beat().runOnce();
    }

    @AfterEach
    void close() throws SQLException {
        connections.close();
        storage.close();
        TestServer.running().dropDatabase(database);
    }

    private void letPass(String replica) throws SQLException {
        TestServer.running()
                .execute(
                        database,
                        "UPDATE replicas SET last_seen_at = last_seen_at - INTERVAL '11 seconds' WHERE replica = '"
                                + replica + "'");
    }

    @Test
    void whoeverIsConnectedToOneShouldBeSeenFromTheOther() {
        a.presence().connected("alice", "w", FIRST);
        assertThat(a.presence().sessionOf("alice", "w")).contains(FIRST);
        assertThat(b.presence().sessionOf("alice", "w")).isEmpty();
        both();
        assertThat(b.presence().sessionOf("alice", "w")).contains(FIRST);
        assertThat(b.presence().isConnected("alice")).isTrue();
        assertThat(heard.all()).containsExactly("workers alice");
        Presence.ClusterView view = b.presence().view(10);
        assertThat(view.replicas()).extracting(Replica::name).containsExactly("a", "b");
        assertThat(view.workers()).extracting(Worker::replica).containsExactly("a");
        assertThat(a.replicas()).hasValue(2);
    }

    @Test
    void theLaterConnectionOfAWorkerShouldWinAnywhere() {
        a.presence().connected("alice", "w", FIRST);
        both();
        b.presence().connected("alice", "w", SECOND);
        both();
        assertThat(a.presence().sessionOf("alice", "w")).contains(SECOND);
        // The older one goes, which must not take the newer away.
        a.presence().disconnected("alice", "w", FIRST);
        both();
        assertThat(a.presence().sessionOf("alice", "w")).contains(SECOND);
        b.presence().disconnected("alice", "w", SECOND);
        both();
        assertThat(a.presence().sessionOf("alice", "w")).isEmpty();
    }

    @Test
    void aDeadReplicaShouldTakeItsOwnPresenceAlone() throws SQLException {
        a.presence().connected("alice", "one", FIRST);
        b.presence().connected("alice", "two", SECOND);
        b.presence().connected("bob", "w", FIRST);
        both();
        letPass("b");
        assertThat(a.presence().view(10).workers()).extracting(Worker::workerId).containsExactly("one");
        a.beat().runOnce();
        assertThat(a.presence().isConnected("alice")).isTrue();
        assertThat(a.presence().isConnected("bob")).isFalse();
        assertThat(a.presence().view(10).replicas()).extracting(Replica::name).containsExactly("a");
        assertThat(a.replicas()).hasValue(1);
        a.beat().runOnce();
        assertThat(heard.all()).filteredOn("died b"::equals).as("told once").hasSize(1);
    }

    @Test
    void aReplicaThatWasTakenForDeadShouldComeBackWithEverything() throws SQLException {
        b.presence().connected("bob", "w", FIRST);
        both();
        letPass("b");
        a.beat().runOnce();
        assertThat(a.presence().view(10).workers()).isEmpty();
        b.beat().runOnce();
        assertThat(a.presence().sessionOf("bob", "w")).contains(FIRST);
    }

    @Test
    void aReplicaThatWasTakenForDeadShouldNotTakeBackWhoHasConnectedElsewhere() throws SQLException {
        b.presence().connected("bob", "w", FIRST);
        both();
        letPass("b");
        a.beat().runOnce();
        a.presence().connected("bob", "w", SECOND);
        a.beat().runOnce();
        heard.all().clear();
        b.beat().runOnce();
        assertThat(a.presence().sessionOf("bob", "w")).contains(SECOND);
        assertThat(b.presence().sessionOf("bob", "w")).contains(SECOND);
        assertThat(heard.all()).as("so that the older connection is ended").containsExactly("workers bob");
    }

    @Test
    void aReplicaThatComesBackShouldTakeWhoeverIsConnectedToNoneThatLives() throws SQLException {
        b.presence().connected("bob", "w", FIRST);
        both();
        letPass("b");
        a.beat().runOnce();
        a.presence().connected("bob", "w", SECOND);
        a.beat().runOnce();
        letPass("a");
        b.beat().runOnce();
        assertThat(b.presence().sessionOf("bob", "w")).contains(FIRST);
    }

    @Test
    void aNewLifeOfAReplicaShouldForgetTheOldOneAndSilenceIt() {
        b.presence().connected("bob", "w", FIRST);
        both();
        Stepped again = stepped("b", 2);
        again.beat().runOnce();
        assertThat(a.presence().view(10).workers()).isEmpty();
        b.presence().connected("carol", "w", SECOND);
        b.beat().runOnce();
        assertThat(a.presence().view(10).workers()).isEmpty();
        assertThat(a.presence().view(10).replicas()).hasSize(2);
    }

    @Test
    void aRunningReplicaShouldWriteSoonAndLeaveWhenItStops() {
        LocalWakeups wakeups = new LocalWakeups();
        PostgresPresence running = storage.startPresence("1.0", InstantSource.system(), wakeups);
        running.connected("dave", "w", FIRST);
        await().atMost(PATIENCE).until(() -> b.presence().sessionOf("dave", "w").isPresent());
        running.close();
        assertThat(b.presence().view(10).workers()).isEmpty();
    }
}
