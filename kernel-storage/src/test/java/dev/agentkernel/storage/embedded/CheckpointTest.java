package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.storage.embedded.CommitPath.Place;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever moment a kill falls on: what H2 has in its file by then and the log make the tables as they were. */
class CheckpointTest {

    private static final String COUNTS = """
            SELECT 'agent ' || address || ' ' || messages_sent || ' ' || messages_received || ' ' || state_writes || ' '
                || last_active FROM agent_activity
            UNION ALL SELECT 'link ' || sender || ' ' || recipient || ' ' || messages FROM agent_links ORDER BY 1""";

    private final SettableClock clock = new SettableClock();
    private final List<Path> snapshots = new ArrayList<>();
    private int writes;

    @TempDir
    private Path directory;

    private Place live;

    @BeforeEach
    void makeDirectory() throws IOException {
        FaultyDatabaseFiles.heal();
        live = placeIn("live", Duration.ZERO);
    }

    @AfterEach
    void stopWatching() {
        FaultyDatabaseFiles.heal();
    }

    private Place placeIn(String name, Duration checkpointPeriod) throws IOException {
        return new Place(
                Files.createDirectory(directory.resolve(name)),
                new NioLogFiles(),
                FaultyDatabaseFiles.SCHEME,
                1 << 20,
                checkpointPeriod);
    }

    /** Keeps the file as it is after every nth write, as a kill at this moment would leave it. */
    private void keepEvery(int nth, int most) {
        FaultyDatabaseFiles.watchWrites(() -> {
            if (++writes % nth == 0 && snapshots.size() < most) {
                Path snapshot = directory.resolve("snapshot-" + snapshots.size());
                try {
                    Files.copy(live.directory().resolve("kernel.mv.db"), snapshot);
                } catch (IOException failed) {
                    throw new UncheckedIOException(failed);
                }
                snapshots.add(snapshot);
            }
        });
    }

    /** What has to be found in a store that was recovered. */
    @FunctionalInterface
    private interface Expectation {
        void require(CommitPath recovered, String snapshot);
    }

    private void requireRecoveryFromEverySnapshot(List<String> tables) throws IOException {
        recoverEverySnapshot((recovered, snapshot) ->
                assertThat(recovered.dump()).as("recovered from %s", snapshot).isEqualTo(tables));
    }

    private void recoverEverySnapshot(Expectation expectation) throws IOException {
        assertThat(snapshots).hasSizeGreaterThan(3);
        for (Path snapshot : snapshots) {
            Place killed = placeIn("killed-" + snapshot.getFileName(), Checkpoints.PERIOD);
            Files.copy(snapshot, killed.directory().resolve("kernel.mv.db"));
            Files.createDirectory(killed.events());
            try (Stream<Path> segments = Files.list(live.events())) {
                for (Path segment : segments.toList()) {
                    Files.copy(segment, killed.events().resolve(segment.getFileName()));
                }
            }
            try (CommitPath recovered = CommitPath.open(killed, clock)) {
                expectation.require(recovered, snapshot.getFileName().toString());
            }
        }
    }

    @Test
    void everyStoredStateShouldHoldWholeBatchesOnly() throws IOException {
        List<String> tables;
        try (CommitPath path = CommitPath.open(live, clock)) {
            RandomChanges changes = new RandomChanges(5);
            for (int i = 0; i < 50; i++) {
                path.commit(changes, 10);
            }
            keepEvery(8, 25);
            for (int i = 0; i < 300; i++) {
                path.commit(changes, 10);
            }
            FaultyDatabaseFiles.heal();
            tables = path.dump();
        }
        requireRecoveryFromEverySnapshot(tables);
    }

    /** A step of the projector is written in many transactions: whichever was the last, each event is counted once. */
    @Test
    void countsShouldBeExactWhereverTheirStepWasCutOff() throws IOException {
        List<String> counts;
        try (CommitPath path = CommitPath.open(live, clock)) {
            RandomChanges changes = new RandomChanges(8);
            for (int i = 0; i < 400; i++) {
                path.commit(changes, 20);
            }
            countAll(path);
            for (int i = 0; i < 400; i++) {
                path.commit(changes, 20);
            }
            keepEvery(1, 10);
            countAll(path);
            FaultyDatabaseFiles.heal();
            counts = counts(path);
        }
        assertThat(counts).hasSizeGreaterThan(200);
        recoverEverySnapshot((recovered, snapshot) -> {
            countAll(recovered);
            assertThat(counts(recovered)).as("recovered from %s", snapshot).isEqualTo(counts);
        });
    }

    private static void countAll(CommitPath path) {
        while (path.activity.countNext(1_000_000) > 0) {
            // Until everything is counted.
        }
        assertThat(path.activity.position()).isEqualTo(path.log.lastSeq());
    }

    private static List<String> counts(CommitPath path) {
        return path.database.read(session -> {
            List<String> rows = new ArrayList<>();
            try (ResultSet row = session.prepare(COUNTS).executeQuery()) {
                while (row.next()) {
                    rows.add(row.getString(1));
                }
            }
            return rows;
        });
    }

    /** H2 writes when much has gathered, in the midst of a transaction if need be. */
    @Test
    void aStateStoredInTheMidstOfABatchShouldBeTakenBack() throws IOException {
        live = placeIn("large", Duration.ofDays(1));
        List<String> tables;
        try (CommitPath path = CommitPath.open(live, clock)) {
            path.commit(new RandomChanges(6), 10);
            keepEvery(1, 4);
            for (int batch = 0; batch < 3; batch++) {
                Change[] changes = new Change[24];
                Arrays.setAll(changes, CheckpointTest::large);
                path.commit(changes);
            }
            FaultyDatabaseFiles.heal();
            tables = path.dump();
        }
        requireRecoveryFromEverySnapshot(tables);
    }

    private static Change large(int number) {
        String key = "large-" + number % 18;
        ByteString value = ByteString.wrap("v".repeat(1 << 20).getBytes(StandardCharsets.UTF_8));
        return new Change(
                needs -> {
                    needs.stateKey(key);
                    needs.stateTotals();
                },
                rows -> List.of(new LogRecord.StateWritten(
                        key,
                        value,
                        "tab_writer",
                        rows.state(key).map(row -> row.valueBytes()).orElse(-1))),
                true);
    }

    /** A reader that had to make the undo log of its transaction might store in the midst of the committer's. */
    @Test
    void readersShouldFindTheirUndoLogsMade() throws Exception {
        try (CommitPath path = CommitPath.open(live, clock);
                ExecutorService threads = Executors.newCachedThreadPool()) {
            long before = maps(path);
            CyclicBarrier together = new CyclicBarrier(ReadGate.READERS_MAX);
            List<Future<Long>> readers = new ArrayList<>();
            for (int i = 0; i < ReadGate.READERS_MAX; i++) {
                readers.add(threads.submit(() -> path.database.read(session -> {
                    session.connection().setAutoCommit(false);
                    long seq = LogProgress.read(session).lastSeq();
                    try {
                        together.await();
                    } catch (Exception broken) {
                        throw new IllegalStateException(broken);
                    }
                    session.connection().setAutoCommit(true);
                    return seq;
                })));
            }
            for (Future<Long> reader : readers) {
                assertThat(reader.get()).isZero();
            }
            assertThat(maps(path)).isEqualTo(before);
        }
    }

    private static long maps(CommitPath path) {
        return path.database.read(session -> {
            SessionLocal local = (SessionLocal)
                    session.connection().unwrap(JdbcConnection.class).getSession();
            MVStore store = local.getDatabase().getStore().getMvStore();
            return (long) store.getMapNames().size();
        });
    }
}
