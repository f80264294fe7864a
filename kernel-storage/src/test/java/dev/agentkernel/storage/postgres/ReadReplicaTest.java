package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.observation.Observation;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.contract.ManualClock;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Observers are answered by a server that really follows another, and by that other when it does not. */
class ReadReplicaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration LAG_MAX = Duration.ofSeconds(3);

    @TempDir
    private static Path directory;

    private static EmbeddedPostgres primary;
    private static EmbeddedPostgres standby;

    private final ManualClock clock = new ManualClock();
    private final AtomicLong nanoTime = new AtomicLong();
    private PostgresStorage storage;
    private ReadReplica replica;
    private KernelProcess kernel;
    private Observation observation;

    @BeforeAll
    static void startServers() throws Exception {
        primary = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("primary"))
                .setServerConfig("fsync", "off")
                .setServerConfig("wal_level", "replica")
                .start();
        try (Connection connection = connect(primary);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT pg_backup_start('copy', true)");
            copyTree(directory.resolve("primary"), directory.resolve("standby"));
            try (ResultSet row = statement.executeQuery("SELECT labelfile FROM pg_backup_stop(false)")) {
                row.next();
                Files.writeString(directory.resolve("standby/backup_label"), row.getString(1));
            }
        }
        Files.createFile(directory.resolve("standby/standby.signal"));
        Files.writeString(
                directory.resolve("standby/postgresql.auto.conf"),
                "primary_conninfo = 'host=localhost port=" + primary.getPort() + " user=postgres'\n");
        standby = EmbeddedPostgres.builder()
                .setDataDirectory(directory.resolve("standby"))
                .setCleanDataDirectory(false)
                .setServerConfig("fsync", "off")
                .start();
    }

    @AfterAll
    static void stopServers() throws IOException {
        if (standby != null) {
            standby.close();
        }
        primary.close();
    }

    /** Without what belongs to the running server, and without its log, which the standby gets from it. */
    private static void copyTree(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path relative = from.relativize(file);
                String name = relative.toString();
                if (Files.isDirectory(file)) {
                    Files.createDirectories(to.resolve(relative));
                } else if (!name.equals("postmaster.pid") && !name.startsWith("pg_wal/") && !name.equals("epg-lock")) {
                    Files.copy(file, to.resolve(relative));
                }
            }
        }
        Files.setPosixFilePermissions(to, Files.getPosixFilePermissions(from));
    }

    private static Connection connect(EmbeddedPostgres server) throws SQLException {
        return DriverManager.getConnection(urlOf(server), "postgres", "postgres");
    }

    private static String urlOf(EmbeddedPostgres server) {
        return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
    }

    @BeforeEach
    void open() {
        open(urlOf(standby));
    }

    private void open(String replicaUrl) {
        PostgresSettings settings = new PostgresSettings(urlOf(primary), "postgres", "postgres", "a");
        storage = PostgresStorage.open(settings, clock);
        replica = ReadReplica.of(
                settings,
                new PostgresSettings.Replica(replicaUrl, LAG_MAX),
                storage,
                new PooledReads(Connections.to(settings)),
                DecisionClock.OF_DATABASE,
                nanoTime::get);
        kernel = new KernelProcess(storage, clock, "a", Limits.DEFAULT);
        observation = new Observation(replica, storage);
    }

    @AfterEach
    void close() throws SQLException {
        onStandby("SELECT pg_wal_replay_resume()");
        replica.close();
        kernel.close();
    }

    private static void onStandby(String sql) throws SQLException {
        try (Connection connection = connect(standby);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void pass(Duration time) {
        nanoTime.addAndGet(time.toNanos());
    }

    private List<Event> observed(long since) {
        return observation
                .events(EventQuery.after(since, EventFilter.ALL, 1_000))
                .events();
    }

    private void awaitStandby() {
        long last = storage.events().lastSeq();
        await().atMost(PATIENCE).until(() -> {
            try (Connection connection = connect(standby);
                    Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT last_seq FROM counter")) {
                return row.next() && row.getLong(1) >= last;
            }
        });
    }

    @Test
    void theReplicaShouldAnswerAndThePrimaryWhenItLags() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "k", "seen by both");
        awaitStandby();
        long before = storage.events().lastSeq();
        assertThat(observed(before - 3)).hasSize(3);
        assertThat(observation.agent(agent.address())).isPresent();

        onStandby("SELECT pg_wal_replay_pause()");
        kernel.put(agent, "k", "not seen by the replica");
        // The replica answers: it does not have the event, and says so consistently.
        assertThat(observed(before)).isEmpty();
        assertThat(observation.lastSeq()).isEqualTo(before);
        assertThat(observation.state("k", "", 10).entries()).hasSize(1);
        // A check sees the primary's new event, and nobody is put off within the time that a replica may lag.
        pass(ReadReplica.CHECK_PERIOD);
        assertThat(observed(before)).isEmpty();
        pass(LAG_MAX.minusMillis(1));
        assertThat(observed(before)).isEmpty();
        pass(ReadReplica.CHECK_PERIOD);
        assertThat(observed(before)).hasSize(1);
        assertThat(observation.lastSeq()).isEqualTo(before + 1);

        onStandby("SELECT pg_wal_replay_resume()");
        awaitStandby();
        pass(ReadReplica.CHECK_PERIOD);
        assertThat(observed(before)).hasSize(1);
    }

    @Test
    void removedContentShouldNotBeSeenInACopyThatLags() throws SQLException {
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "secret", "must go");
        awaitStandby();
        long before = storage.events().lastSeq();
        assertThat(observed(before - 1).getFirst().data().toUtf8()).contains("must go");
        onStandby("SELECT pg_wal_replay_pause()");

        kernel.removals().remove(RemovalTarget.state("secret"), "asked for", "administrator");

        assertThat(observation.lastSeq()).isEqualTo(before);
        assertThat(observed(before - 1).getFirst().data().toUtf8()).doesNotContain("must go");
        assertThat(observation.stateEntry("secret"))
                .hasValueSatisfying(entry -> assertThat(entry.value().toUtf8()).startsWith("[REDACTED"));
    }

    @Test
    void thePrimaryShouldAnswerWhenTheReplicaIsAway() throws SQLException {
        replica.close();
        kernel.close();
        open("jdbc:postgresql://localhost:1/postgres");
        AgentCaller agent = kernel.newAgent();
        kernel.put(agent, "k", "v");
        assertThat(observed(0)).extracting(Event::seq).contains(storage.events().lastSeq());
        assertThat(observation.agents(0, 1_000).agents()).isNotEmpty();
    }
}
