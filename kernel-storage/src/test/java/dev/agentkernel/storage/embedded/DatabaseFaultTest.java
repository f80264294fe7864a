package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.Outcome;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import dev.agentkernel.storage.embedded.CommitPath.Place;
import dev.agentkernel.storage.embedded.FaultyDatabaseFiles.Operation;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.h2.api.ErrorCode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** H2's file fails: a batch that the log has is committed all the same, and the tables come back from the log. */
class DatabaseFaultTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final SettableClock clock = new SettableClock();
    private final RandomChanges changes = new RandomChanges(7);
    private final List<StampedRecord> acknowledged = new ArrayList<>();
    private volatile Runnable afterAppend = () -> {};
    private CommitPath path;
    private Place place;

    @TempDir
    private Path directory;

    @BeforeEach
    void openWithSomeHistory() throws IOException {
        FaultyDatabaseFiles.heal();
        place = new Place(directory, new NioLogFiles(), FaultyDatabaseFiles.SCHEME, 100_000, Checkpoints.PERIOD);
        AppendListener listener = (records, bytes, write, force) -> afterAppend.run();
        path = CommitPath.open(place, clock, listener);
        for (int i = 0; i < 20; i++) {
            acknowledged.addAll(path.commit(changes, 5));
        }
    }

    @AfterEach
    void closeAndRebuild() throws IOException {
        FaultyDatabaseFiles.heal();
        afterAppend = () -> {};
        path.close();
        // However it ended: the next start finds exactly what was acknowledged.
        try (CommitPath next = CommitPath.open(place, clock)) {
            next.requireHolds(acknowledged);
        }
    }

    /** What H2's background thread does every half second: writes to the file, and closes the store when that fails. */
    private void strike(Set<Operation> operations, boolean lasting, String message) {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            if (lasting) {
                FaultyDatabaseFiles.failFromNowOn(operations, message);
            } else {
                FaultyDatabaseFiles.failOnce(operations, 1, message);
            }
            writeWhateverComes(statement);
            await().until(() -> isClosed(connection));
        } catch (SQLException alreadyClosed) {
            assertThat(FaultyDatabaseFiles.struck()).isPositive();
        }
    }

    private static boolean isClosed(Connection connection) {
        try (var statement = connection.createStatement()) {
            statement.execute("SELECT * FROM log_position");
            return false;
        } catch (SQLException failed) {
            return Set.of(ErrorCode.DATABASE_IS_CLOSED, ErrorCode.OBJECT_CLOSED, ErrorCode.CONNECTION_BROKEN_1)
                    .contains(failed.getErrorCode());
        }
    }

    private static void writeWhateverComes(Statement statement) {
        try {
            statement.execute("CHECKPOINT SYNC");
        } catch (SQLException struck) {
            assertThat(struck.getErrorCode()).isNotZero();
        }
    }

    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:" + FaultyDatabaseFiles.SCHEME
                        + place.directory().resolve("kernel").toAbsolutePath(),
                "kernel",
                "");
    }

    private StorageException refusalOf(Runnable commit) {
        StorageException refusal = catchThrowableOfType(StorageException.class, commit::run);
        assertThat(refusal).isNotNull();
        return refusal;
    }

    /** Commits a batch that has something to write. */
    private void commitOne() {
        List<StampedRecord> records;
        do {
            records = path.commit(changes, 3);
        } while (records.isEmpty());
        acknowledged.addAll(records);
    }

    private long readPosition() {
        return path.database.read(LogProgress::read).lastSeq();
    }

    @Test
    void aDatabaseThatClosedBetweenBatchesShouldRefuseOneAndComeBack() throws IOException {
        commitOne();
        strike(Operation.GROWING, false, FaultyDatabaseFiles.NO_SPACE);

        assertThat(refusalOf(this::commitOne).remedy()).isEqualTo(Remedy.FREE_SPACE);
        commitOne();
        path.requireHolds(acknowledged);
    }

    @Test
    void anotherFaultThanAFullDiskShouldBeWorthARetry() throws IOException {
        commitOne();
        strike(Operation.GROWING, false, "Input/output error");

        assertThat(refusalOf(this::commitOne).remedy()).isEqualTo(Remedy.RETRY);
        commitOne();
        path.requireHolds(acknowledged);
    }

    @Test
    void readersAloneShouldBringAClosedDatabaseBack() throws IOException {
        commitOne();
        strike(Operation.GROWING, false, FaultyDatabaseFiles.NO_SPACE);

        assertThat(readPosition()).isEqualTo(path.log.lastSeq());
        path.requireHolds(acknowledged);
        commitOne();
    }

    @Test
    void aDatabaseThatFailsAtItsCommitShouldStillAcknowledgeTheBatch() throws IOException {
        afterAppend = () -> {
            strike(Operation.GROWING, false, FaultyDatabaseFiles.NO_SPACE);
        };
        for (int i = 0; i < 5; i++) {
            commitOne();
            assertThat(FaultyDatabaseFiles.struck()).isPositive();
            assertThat(readPosition()).as("seen at once").isEqualTo(path.log.lastSeq());
        }
        path.requireHolds(acknowledged);
    }

    @Test
    void aDatabaseThatCannotBeReopenedShouldRefuseWithoutATraceUntilItCan() throws IOException {
        afterAppend = () -> {
            strike(EnumSet.allOf(Operation.class), true, FaultyDatabaseFiles.NO_SPACE);
        };
        commitOne();
        afterAppend = () -> {};
        long committed = path.log.lastSeq();

        assertThat(refusalOf(this::commitOne).remedy()).isEqualTo(Remedy.FREE_SPACE);
        assertThat(refusalOf(this::commitOne).remedy()).isEqualTo(Remedy.FREE_SPACE);
        assertThatExceptionOfType(StorageException.class)
                .as("no reader sees what the database held before the acknowledged batch")
                .isThrownBy(this::readPosition);
        assertThat(path.log.lastSeq()).isEqualTo(committed);

        FaultyDatabaseFiles.heal();
        await().atMost(LONG).ignoreExceptions().until(() -> readPosition() == committed);
        commitOne();
        path.requireHolds(acknowledged);
    }

    /** H2 itself can be opened again at once, and then holds what was so half a second ago. */
    @Test
    void readersShouldNotSeeTheTablesBeforeTheLogIsAppliedToThem() throws IOException {
        path.close();
        FaultyLogFiles logFiles = new FaultyLogFiles();
        place = new Place(
                Files.createDirectory(directory.resolve("other")),
                logFiles,
                place.databaseFileSystem(),
                1 << 20,
                Checkpoints.PERIOD);
        acknowledged.clear();
        AppendListener listener = (records, bytes, write, force) -> afterAppend.run();
        path = CommitPath.open(place, clock, listener);
        RandomChanges others = new RandomChanges(8);
        acknowledged.addAll(path.commit(others, 1));
        writeInBackgroundWhateverComes();
        afterAppend = () -> {
            strike(Operation.GROWING, false, FaultyDatabaseFiles.NO_SPACE);
            logFiles.fail(FaultyLogFiles.Operation.OPEN_FOR_READ, 1, FaultyLogFiles.Failure.ERROR);
            logFiles.thenFail(FaultyLogFiles.Operation.OPEN_FOR_READ, 1, FaultyLogFiles.Failure.ERROR);
        };
        acknowledged.addAll(path.commit(others, 1));

        for (int i = 0; i < 20; i++) {
            assertThatExceptionOfType(StorageException.class).isThrownBy(this::readPosition);
        }
        await().atMost(LONG).ignoreExceptions().until(() -> readPosition() == path.log.lastSeq());
        path.requireHolds(acknowledged);
    }

    @Test
    void aFaultWhileReplayingShouldBeTriedAgain() throws IOException {
        for (int nth = 1; nth <= 8; nth++) {
            int failing = nth;
            afterAppend = () -> {
                strike(Operation.GROWING, false, FaultyDatabaseFiles.NO_SPACE);
                FaultyDatabaseFiles.failOnce(EnumSet.allOf(Operation.class), failing, "Input/output error");
            };
            commitOne();
            afterAppend = () -> {};
            await().atMost(LONG).until(() -> {
                try {
                    commitOne();
                    return true;
                } catch (StorageException notYet) {
                    return false;
                }
            });
            path.requireHolds(acknowledged);
        }
    }

    /** Values so large that H2 writes to its file in the midst of the statements, and reads back what it wrote. */
    @Test
    void aFaultInTheMidstOfApplyingShouldBeMended() throws IOException {
        for (int nth = 1; nth <= 3; nth++) {
            FaultyDatabaseFiles.failOnce(
                    EnumSet.of(Operation.WRITE, Operation.TRUNCATE), nth, FaultyDatabaseFiles.NO_SPACE);
            for (int i = 0; FaultyDatabaseFiles.struck() == 0; i++) {
                try {
                    acknowledged.addAll(path.commit(large("a" + i % 8), large("b" + i % 8), large("c" + i % 8))
                            .records());
                } catch (StorageException full) {
                    assertThat(full.remedy()).isEqualTo(Remedy.FREE_SPACE);
                }
            }
            await().atMost(LONG).ignoreExceptions().untilAsserted(() -> path.requireHolds(acknowledged));
        }
    }

    private static Change large(String key) {
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

    @ParameterizedTest
    @ValueSource(longs = {11, 12})
    void faultsAtRandomShouldLoseNothingAndDoubleNothing(long seed) throws IOException {
        Random random = new Random(seed);
        int refused = 0;
        for (int i = 0; i < 40; i++) {
            Set<Operation> operations = random.nextBoolean() ? EnumSet.allOf(Operation.class) : Operation.GROWING;
            String message = random.nextBoolean() ? FaultyDatabaseFiles.NO_SPACE : "Input/output error";
            boolean behindTheLog = random.nextBoolean();
            int nth = 1 + random.nextInt(4);
            Runnable fault = () -> {
                FaultyDatabaseFiles.failOnce(operations, nth, message);
                writeInBackgroundWhateverComes();
            };
            if (behindTheLog) {
                afterAppend = fault;
            } else {
                fault.run();
            }
            try {
                commitOne();
            } catch (StorageException notKept) {
                refused++;
            }
            afterAppend = () -> {};
        }
        FaultyDatabaseFiles.heal();
        await().atMost(LONG).ignoreExceptions().until(() -> readPosition() == path.log.lastSeq());
        path.requireHolds(acknowledged);
        assertThat(refused).isPositive();
    }

    private void writeInBackgroundWhateverComes() {
        try (Connection connection = connect();
                var statement = connection.createStatement()) {
            writeWhateverComes(statement);
        } catch (SQLException stillClosed) {
            assertThat(stillClosed.getErrorCode()).isNotZero();
        }
    }

    @Test
    void aValueThatTheDatabaseCannotHoldShouldBeABugOfItsMutationAndNoWantOfStorage() throws IOException {
        LogRecord tooLong =
                new LogRecord.AgentRegistered("tab_" + "x".repeat(40), UUID.randomUUID(), ByteString.ofHex("00"), null);

        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> path.commit(Change.of(tooLong, needs -> {})))
                .withMessageContaining("H2 cannot carry out");
        commitOne();
        path.requireHolds(acknowledged);
    }

    @Test
    void anInterruptedReaderShouldNotCloseTheDatabase() {
        Thread.currentThread().interrupt();
        long seq = readPosition();

        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
        assertThat(seq).isEqualTo(path.log.lastSeq());
        // Without a refusal: the database was never closed.
        assertThat(path.commit().outcomes()).isEqualTo(List.<Outcome>of());
        commitOne();
    }
}
