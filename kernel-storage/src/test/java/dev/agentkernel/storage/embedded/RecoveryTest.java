package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.state.Precondition;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import dev.agentkernel.storage.embedded.log.CorruptLogException;
import dev.agentkernel.storage.embedded.log.PositionAheadException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was acknowledged is there after every restart, whatever became of the database's file meanwhile. */
class RecoveryTest {

    private final SettableClock clock = new SettableClock();

    @TempDir
    private Path directory;

    /** What happens to the database's file between two lives. */
    enum Between {
        ORDERLY_CLOSE,
        DATABASE_DELETED,
        DATABASE_OF_AN_EARLIER_MOMENT,
        DATABASE_DAMAGED,
        DATABASE_CUT_SHORT
    }

    private Path database() {
        return directory.resolve("kernel.mv.db");
    }

    private void prepare(Between between, Path earlier) throws IOException {
        switch (between) {
            case ORDERLY_CLOSE -> {}
            case DATABASE_DELETED -> Files.delete(database());
            case DATABASE_OF_AN_EARLIER_MOMENT -> Files.copy(earlier, database(), StandardCopyOption.REPLACE_EXISTING);
            case DATABASE_DAMAGED -> overwrite(database(), 0, Files.size(database()));
            case DATABASE_CUT_SHORT -> Files.write(database(), new byte[] {'H', ':', '2'});
        }
    }

    private static void overwrite(Path file, long from, long to) throws IOException {
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            for (long at = from; at < to; at++) {
                bytes.seek(at);
                bytes.write(0x5a);
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void everythingAcknowledgedShouldBeThere(Between between) throws IOException, SQLException {
        Path earlier = directory.resolve("earlier");
        RegisteredOperator operator;
        RegisteredAgent alice;
        RegisteredAgent bob;
        String rotated;
        String usedChallenge;
        SentMessage retryable;
        TakenMessages held;
        List<String> before;
        List<Event> events;
        try (TestKernel life = TestKernel.open(directory, clock)) {
            operator = life.registerOperator();
            alice = life.registerAgent(operator.apiKey());
            life.writeDatabase();
            Files.copy(database(), earlier);

            bob = life.registerAgent(operator.apiKey());
            usedChallenge = life.kernel.registry().issueChallenge().id();
            assertThat(life.kernel
                            .registry()
                            .registerAgent(
                                    life.operator(operator.apiKey()), usedChallenge, "any", "https://example.org")
                            .address())
                    .startsWith("tab_");
            rotated = life.kernel.registry().rotateKey(life.operator(operator.apiKey()));
            retryable = life.send(alice, bob, "first \u0000\u2028\ud83d\ude00", "key-1");
            life.send(alice, bob, "second", null);
            life.send(alice, bob, "third", null);
            life.kernel.messages().confirm(life.take(bob, 1));
            held = life.take(bob, 1);
            AgentCaller writer = life.agent(alice);
            life.kernel.state().write(writer, "kept", ByteString.ofHex("41"), Precondition.NONE);
            life.kernel.state().write(writer, "kept", ByteString.ofHex("4242"), Precondition.NONE);
            life.kernel.state().write(writer, "gone", ByteString.ofHex("43"), Precondition.NONE);
            life.kernel.state().delete(writer, "gone", Precondition.NONE);
            life.requireSound();
            before = life.dump();
            events = life.storage.events().eventsAfter(0, 1_000);
        }
        prepare(between, earlier);

        try (TestKernel life = TestKernel.open(directory, clock)) {
            life.requireSound();
            assertThat(life.storage.events().eventsAfter(0, events.size())).isEqualTo(events);
            assertThatExceptionOfType(RefusedException.class)
                    .as("the key before the rotation")
                    .isThrownBy(() -> life.operator(operator.apiKey()))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAUTHORIZED));
            assertThatExceptionOfType(RefusedException.class)
                    .as("a challenge serves once")
                    .isThrownBy(() ->
                            life.kernel.registry().registerAgent(life.operator(rotated), usedChallenge, "any", null))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.VERIFICATION_FAILED));
            assertThat(life.send(alice, bob, "first \u0000\u2028\ud83d\ude00", "key-1"))
                    .isEqualTo(retryable);
            assertThat(life.kernel.state().read(life.agent(bob), "kept"))
                    .hasValueSatisfying(
                            entry -> assertThat(entry.value().toUtf8()).isEqualTo("BB"));
            assertThat(life.kernel.state().read(life.agent(bob), "gone")).isEmpty();
            // Whoever held the second message is gone with the process: it waits again, in its old place.
            assertThat(TestKernel.contents(held)).containsExactly("second");
            assertThat(TestKernel.contents(life.take(bob, 10))).containsExactly("second", "third");
            assertThat(before).isNotEmpty();
        }
    }

    @Test
    void aKilledLifeShouldBeContinuedWithoutAGap() throws IOException, SQLException {
        RegisteredAgent alice;
        Path earlier = directory.resolve("earlier");
        for (int life = 0; life < 6; life++) {
            try (TestKernel kernel = TestKernel.open(directory, clock)) {
                alice = kernel.registerAgent(kernel.registerOperator().apiKey());
                kernel.writeDatabase();
                Files.copy(database(), earlier, StandardCopyOption.REPLACE_EXISTING);
                for (int i = 0; i < 20; i++) {
                    kernel.send(alice, alice, "message " + i, null);
                }
                kernel.requireSound();
                List<Event> events = kernel.storage.events().eventsAfter(0, 10_000);
                assertThat(events).hasSize((life + 1) * 22);
                assertThat(events.stream().map(Event::seq)).isSorted().doesNotHaveDuplicates();
            }
            Files.copy(earlier, database(), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Test
    void timesShouldNeverDecreaseWhenTheClockIsSetBackBetweenLives() throws IOException {
        for (Duration move : List.of(Duration.ofHours(3), Duration.ofHours(-5), Duration.ofDays(-400), Duration.ZERO)) {
            clock.move(move);
            try (TestKernel life = TestKernel.open(directory, clock)) {
                life.registerOperator();
                clock.move(Duration.ofMinutes(-1));
                life.registerOperator();
            }
            if (move.isNegative()) {
                Files.delete(database());
            }
        }
        try (TestKernel life = TestKernel.open(directory, clock)) {
            List<Event> events = life.storage.events().eventsAfter(0, 100);
            assertThat(events).hasSize(8);
            assertThat(events).isSortedAccordingTo(Comparator.comparing(Event::time));
            assertThat(events.getLast().time()).isEqualTo(SettableClock.START.plus(Duration.ofHours(3)));
        }
    }

    @Test
    void thousandSegmentsShouldBeReadAndReplayed() throws IOException, SQLException {
        Settings tiny = new Settings(directory, 200, 0);
        List<String> before;
        List<StampedRecord> committed;
        try (TestKernel life = TestKernel.open(tiny, clock)) {
            for (int i = 0; i < 1_100; i++) {
                life.registerOperator();
            }
            before = life.dump();
            committed = List.copyOf(life.committed);
        }
        try (Stream<Path> segments = Files.list(directory.resolve("events"))) {
            assertThat(segments).hasSizeGreaterThan(1_000);
        }
        Files.delete(database());

        try (TestKernel life = TestKernel.open(tiny, clock)) {
            assertThat(life.dump()).isEqualTo(before);
            assertThat(life.storage.events().eventsAfter(500, 10_000))
                    .hasSize(committed.size() - 500)
                    .first()
                    .satisfies(event -> assertThat(event.seq()).isEqualTo(501));
        }
    }

    @Test
    void aDatabaseAheadOfTheLogShouldRefuseToStart() throws IOException {
        Path events = directory.resolve("events");
        Path earlier = directory.resolve("earlier-segment");
        try (TestKernel life = TestKernel.open(directory, clock)) {
            life.registerOperator();
            Files.copy(events.resolve(segment()), earlier);
            life.registerOperator();
        }
        Files.copy(earlier, events.resolve(segment()), StandardCopyOption.REPLACE_EXISTING);

        assertThatExceptionOfType(PositionAheadException.class)
                .isThrownBy(() -> TestKernel.open(directory, clock))
                .withMessageContaining("The database is ahead of the event log")
                .withMessageContaining("Restore the data directory as a whole");
        // The refusal has left the directory free.
        DirectoryLockTest.requireFree(directory);
    }

    private String segment() throws IOException {
        try (Stream<Path> segments = Files.list(directory.resolve("events"))) {
            return segments.map(Path::getFileName).map(Path::toString).toList().getFirst();
        }
    }

    @Test
    void aDamagedDatabaseShouldNotBeDiscardedWhenTheLogCannotReplaceIt() throws IOException {
        Settings tiny = new Settings(directory, 200, 0);
        try (TestKernel life = TestKernel.open(tiny, clock)) {
            for (int i = 0; i < 5; i++) {
                life.registerOperator();
            }
        }
        try (Stream<Path> segments = Files.list(directory.resolve("events"))) {
            Files.delete(segments.sorted().toList().getFirst());
        }
        overwrite(database(), 0, Files.size(database()));

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> TestKernel.open(tiny, clock))
                .withMessageContaining("does not reach back to its beginning")
                .withMessageContaining("Restore the data directory as a whole");
        assertThat(database()).exists();
        // Nor is one built from half a history when the file is gone altogether.
        Files.delete(database());
        assertThatThrownBy(() -> TestKernel.open(tiny, clock))
                .hasMessageContaining("The event log no longer holds what follows the start of the log");
    }

    @Test
    void aDamagedLogShouldRefuseToStart() throws IOException {
        try (TestKernel life = TestKernel.open(directory, clock)) {
            life.registerOperator();
            life.registerOperator();
        }
        Files.delete(database());
        Path segment = directory.resolve("events").resolve(segment());
        overwrite(segment, 20, 25);

        assertThatExceptionOfType(CorruptLogException.class)
                .isThrownBy(() -> TestKernel.open(directory, clock))
                .withMessageContaining(segment.toString());
    }

    @Test
    void allFilesShouldBeTheOwnersAlone() throws IOException {
        Path made = directory.resolve("made");
        try (TestKernel life = TestKernel.open(made, clock)) {
            life.registerOperator();
        }
        assertThat(Files.getPosixFilePermissions(made)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        for (String file : Set.of("kernel.mv.db", "secret-key")) {
            assertThat(Files.getPosixFilePermissions(made.resolve(file)))
                    .as(file)
                    .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        }
        try (Stream<Path> files = Files.list(made)) {
            assertThat(files.map(Path::getFileName).map(Path::toString))
                    .containsExactlyInAnyOrder("kernel.lock", "kernel.mv.db", "events", "secret-key");
        }
    }

    @Test
    void aDirectoryThatAConnectionUrlCannotNameShouldBeRefusedWithASentence() {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> TestKernel.open(directory.resolve("a;b"), clock))
                .withMessageContaining("without a semicolon");
    }
}
