package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.contract.KernelProcess;
import dev.agentkernel.storage.contract.KernelProcess.Limits;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Failure;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.Operation;
import dev.agentkernel.storage.embedded.log.FaultyLogFiles.ProcessEnded;
import dev.agentkernel.storage.embedded.log.LogFiles;
import dev.agentkernel.storage.embedded.log.NioLogFiles;
import dev.agentkernel.storage.transfer.Progress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Old events go by whole segments, and nothing else goes with them: neither what is still needed nor what they once made. */
class RetentionTest {

    private static final int DAYS_KEPT = 2;

    private final SettableClock clock = new SettableClock();
    private AgentCaller agent;

    @TempDir
    private Path directory;

    private KernelProcess open(LogFiles files, Path place) throws IOException {
        Settings settings = new Settings(place, 1 << 20, 0, DAYS_KEPT);
        return new KernelProcess(
                EmbeddedStorage.open(settings, clock, AppendListener.NONE, files, H2Database.DISK),
                clock,
                "a",
                Limits.DEFAULT);
    }

    private KernelProcess open() throws IOException {
        return open(new NioLogFiles(), directory);
    }

    private static List<Path> dropOld(KernelProcess kernel) throws IOException {
        return ((EmbeddedStorage) kernel.storage()).retention().runOnce();
    }

    private static void countAll(KernelProcess kernel) {
        while (kernel.storage().activity().countNext(1_000) > 0) {
            // until all is counted
        }
    }

    /** A day with five events, counted at its end, the first with three more. */
    private void liveADay(KernelProcess kernel, int day) throws IOException {
        if (day == 0) {
            agent = kernel.newAgent();
            kernel.put(agent, "of the first day", "value");
        }
        for (int i = 0; i < 3; i++) {
            kernel.put(agent, "of every day", "value " + day + "." + i);
        }
        kernel.send(agent, agent, "message " + day);
        kernel.receive(agent, 10);
        countAll(kernel);
        dropOld(kernel);
        clock.move(Duration.ofDays(1));
        dropOld(kernel);
    }

    private void live(KernelProcess kernel, int days) throws IOException {
        for (int day = 0; day < days; day++) {
            liveADay(kernel, day);
        }
    }

    private static List<Long> seqs(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private void requireEverything(KernelProcess kernel, long firstSeq, long lastSeq) {
        assertThat(kernel.allEvents(3)).extracting(Event::seq).isEqualTo(seqs(firstSeq, lastSeq));
        assertThat(kernel.get(agent, "of the first day")).hasValue("value");
        assertThat(kernel.storage().registry().agent(agent.address())).isPresent();
        kernel.put(agent, "goes", "on");
        assertThat(kernel.allEvents(100).getLast().seq()).isGreaterThan(lastSeq);
    }

    @Test
    void segmentsShouldGoWhenTheirDaysAreOver() throws IOException {
        try (KernelProcess kernel = open()) {
            live(kernel, 2);
            assertThat(kernel.allEvents(100)).extracting(Event::seq).isEqualTo(seqs(1, 13));
            live(kernel, 1);
            // Now it is the fourth day: of the first nothing is left, of the second everything.
            assertThat(kernel.allEvents(3).getFirst().seq()).isEqualTo(9);
        }
    }

    @Test
    void questionsShouldPassOverWhatIsGone() throws IOException {
        try (KernelProcess kernel = open()) {
            live(kernel, 4);
            long first = kernel.allEvents(100).getFirst().seq();
            assertThat(first).isGreaterThan(1);
            EventPage oldest = kernel.storage().events().find(EventQuery.after(0, EventFilter.ALL, 2));
            assertThat(oldest.events()).extracting(Event::seq).containsExactly(first, first + 1);
            assertThat(oldest.hasMore()).isTrue();
            EventPage newest = kernel.storage().events().find(EventQuery.before(first + 2, EventFilter.ALL, 10));
            assertThat(newest.events()).extracting(Event::seq).containsExactly(first + 1, first);
            assertThat(newest.hasMore()).isFalse();
            assertThat(kernel.storage()
                            .events()
                            .find(EventQuery.before(first, EventFilter.ALL, 10))
                            .events())
                    .isEmpty();
        }
    }

    @Test
    void whatIsNotDeliveredShouldStay() throws IOException {
        try (KernelProcess kernel = open()) {
            agent = kernel.newAgent();
            kernel.send(agent, agent, "waits");
            for (int day = 0; day < 5; day++) {
                clock.move(Duration.ofDays(1));
                assertThat(dropOld(kernel)).isEmpty();
                kernel.put(agent, "k", "day " + day);
                countAll(kernel);
            }
            assertThat(kernel.allEvents(100).getFirst().seq()).isEqualTo(1);
            kernel.receive(agent, 1);
            countAll(kernel);
            assertThat(dropOld(kernel)).isNotEmpty();
            assertThat(kernel.allEvents(100).getFirst().seq()).isGreaterThan(3);
        }
    }

    @Test
    void whatIsNotCountedShouldStay() throws IOException {
        try (KernelProcess kernel = open()) {
            agent = kernel.newAgent();
            for (int day = 0; day < 5; day++) {
                kernel.put(agent, "k", "day " + day);
                clock.move(Duration.ofDays(1));
                assertThat(dropOld(kernel)).isEmpty();
            }
            kernel.storage().activity().countNext(3);
            assertThat(dropOld(kernel)).hasSize(1);
            countAll(kernel);
            assertThat(dropOld(kernel)).isNotEmpty();
        }
    }

    enum Loss {
        NOTHING,
        DATABASE_DAMAGED,
        DATABASE_DELETED
    }

    @ParameterizedTest
    @EnumSource
    void everythingElseShouldBeThereAfterTheNextStart(Loss loss) throws IOException {
        long first;
        long last;
        try (KernelProcess kernel = open()) {
            live(kernel, 5);
            kernel.put(agent, "after", "the snapshot");
            first = kernel.allEvents(100).getFirst().seq();
            last = kernel.storage().events().lastSeq();
        }
        lose(loss, directory);
        assertThat(EmbeddedBackup.verify(directory, Progress.NONE).records()).isGreaterThanOrEqualTo(last - first + 1);
        try (KernelProcess kernel = open()) {
            assertThat(kernel.get(agent, "after")).hasValue("the snapshot");
            requireEverything(kernel, first, last);
            // What is removed by then is searched for in what is left.
            kernel.removals().remove(RemovalTarget.state("of every day"), "asked for", "administrator");
            kernel.eraser().runOnce();
            assertThat(kernel.get(agent, "of every day"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("[REDACTED"));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBackupShouldBringBackWhatIsLeftAndEverythingElse(Loss loss) throws IOException {
        Path data = directory.resolve("data");
        long first;
        long last;
        try (KernelProcess kernel = open(new NioLogFiles(), data)) {
            live(kernel, 5);
            kernel.put(agent, "after", "the snapshot");
            first = kernel.allEvents(100).getFirst().seq();
            last = kernel.storage().events().lastSeq();
        }
        assertThat(first).isGreaterThan(1);
        Path backup = directory.resolve("backup");
        assertThat(EmbeddedBackup.backup(data, backup, Progress.NONE)).isEqualTo(last);
        Path restored = directory.resolve("restored");
        assertThat(EmbeddedBackup.restore(backup, restored, Progress.NONE)).isEqualTo(last);
        lose(loss, restored);
        assertThat(EmbeddedBackup.verify(restored, Progress.NONE).records()).isGreaterThanOrEqualTo(last - first + 1);
        try (KernelProcess kernel = open(new NioLogFiles(), restored)) {
            assertThat(kernel.get(agent, "after")).hasValue("the snapshot");
            requireEverything(kernel, first, last);
            live(kernel, 3);
            assertThat(kernel.allEvents(100).getFirst().seq()).isGreaterThan(first);
        }
    }

    private static void lose(Loss loss, Path place) throws IOException {
        Path database = place.resolve("kernel.mv.db");
        switch (loss) {
            case NOTHING -> {}
            case DATABASE_DAMAGED -> {
                byte[] bytes = Files.readAllBytes(database);
                Arrays.fill(bytes, (byte) 0x5a);
                Files.write(database, bytes);
            }
            case DATABASE_DELETED -> Files.delete(database);
        }
    }

    @Test
    void aDamagedDatabaseWithoutASnapshotShouldNotBeReplaced() throws IOException {
        try (KernelProcess kernel = open()) {
            live(kernel, 4);
        }
        Files.delete(directory.resolve("kernel-snapshot.mv.db"));
        lose(Loss.DATABASE_DAMAGED, directory);
        assertThatThrownBy(this::open)
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("does not reach back to its beginning")
                .hasMessageContaining("from a backup");
    }

    /** The log as a kill or a power cut leaves it, and the worst of tables: none. */
    @Test
    void nothingShouldBeLostWhereverDroppingEnds() throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        boolean failed = true;
        for (int nth = 1; failed; nth++) {
            FaultyLogFiles files = new FaultyLogFiles();
            Path place = directory.resolve("place-" + nth);
            clock.move(Duration.ofDays(100));
            long last;
            try (KernelProcess kernel = open(files, place)) {
                agent = kernel.newAgent();
                kernel.put(agent, "of the first day", "value");
                for (int day = 0; day < 4; day++) {
                    clock.move(Duration.ofDays(1));
                    dropOld(kernel);
                    kernel.put(agent, "k", "day " + day);
                }
                countAll(kernel);
                last = kernel.storage().events().lastSeq();
                clock.move(Duration.ofDays(10));
                files.fail(Operation.CHANGES, nth, Failure.PROCESS_ENDS);
                failed = dropWithFailure(kernel);
                files.restartAfterPowerCut(random);
            }
            lose(Loss.DATABASE_DELETED, place);
            try (KernelProcess kernel = open(files, place)) {
                List<Event> events = kernel.allEvents(100);
                requireEverything(kernel, events.getFirst().seq(), last);
            }
            assertThat(nth).as("more failures than changes").isLessThan(50);
        }
    }

    private static boolean dropWithFailure(KernelProcess kernel) {
        try {
            assertThat(dropOld(kernel)).isNotEmpty();
            return false;
        } catch (IOException | ProcessEnded asked) {
            return true;
        }
    }
}
