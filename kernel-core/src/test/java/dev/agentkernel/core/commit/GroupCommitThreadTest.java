package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.storage.FatalStorageException;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The committer thread at work. */
class GroupCommitThreadTest {

    private static final CommitSettings SETTINGS = new CommitSettings(100, 1_000, 50, 1_000, 4);

    private final ScriptedStore store = new ScriptedStore();
    private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();
    private final GroupCommit commits = new GroupCommit(store, SETTINGS, CommitListener.NONE, fatal::add);

    /** On a thread of its own: the common pool may have but one. */
    private static <T> CompletableFuture<T> inBackground(Supplier<T> work) {
        return CompletableFuture.supplyAsync(work, task -> Thread.ofPlatform().start(task));
    }

    @Test
    void mutationsGatherWhileACommitIsUnderWay() throws Exception {
        store.hold();
        commits.start();
        Submission<String> first = commits.submit(Probe.of("first"));
        store.awaitAttempt();
        List<Submission<String>> next = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            next.add(commits.submit(Probe.of("next " + i)));
        }
        store.letAllGo();

        assertThat(first.await()).isEqualTo("first@1");
        assertThat(next)
                .map(Submission::await)
                .startsWith("next 0@2", "next 1@3")
                .endsWith("next 19@21");
        assertThat(store.batches()).hasSize(2);
        assertThat(store.batches().getLast())
                .containsExactlyElementsOf(
                        IntStream.range(0, 20).mapToObj(i -> "next " + i).toList());
        commits.close();
    }

    @Test
    void nothingIsAnsweredBeforeItIsDurable() throws Exception {
        store.hold();
        commits.start();
        CompletableFuture<String> answer = inBackground(() -> commits.commit(Probe.of("a")));
        store.awaitAttempt();
        assertThat(answer).isNotDone();
        store.letAllGo();
        assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("a@1");
        commits.close();
    }

    @Test
    void whatMustBeSoBeforeTheAnswerIsDoneBeforeIt() throws Exception {
        CountDownLatch durable = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        GroupCommit listenedTo = new GroupCommit(store, SETTINGS, new BlockingListener(durable, goOn), fatal::add);
        listenedTo.start();
        CompletableFuture<String> answer = inBackground(() -> listenedTo.commit(Probe.of("a")));
        assertThat(durable.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(store.committed()).containsExactly("a");
        assertThatThrownBy(() -> answer.get(100, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        goOn.countDown();
        assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("a@1");
        listenedTo.close();
    }

    private record BlockingListener(CountDownLatch durable, CountDownLatch goOn) implements CommitListener {
        @Override
        public void durable(List<StampedRecord> records) {
            durable.countDown();
            try {
                assertThat(goOn.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
        }

        @Override
        public void committed(int mutations, List<StampedRecord> records, Duration took) {}

        @Override
        public void failed(int mutations, StorageException away) {}
    }

    @Test
    void aWaiterThatIsInterruptedStillGetsItsAnswerAndStaysInterrupted() throws Exception {
        store.hold();
        commits.start();
        CompletableFuture<String> answer = new CompletableFuture<>();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiter = Thread.ofPlatform().start(() -> {
            answer.complete(commits.commit(Probe.of("a")));
            interrupted.complete(Thread.interrupted());
        });
        store.awaitAttempt();
        waiter.interrupt();
        await().until(() -> !waiter.isInterrupted() && waiter.getState() == Thread.State.TIMED_WAITING);
        assertThat(answer).isNotDone();
        store.letAllGo();

        assertThat(answer).succeedsWithin(Duration.ofSeconds(20)).isEqualTo("a@1");
        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        commits.close();
    }

    @Test
    void aFatalFailureIsReportedAndNobodyIsAnswered() throws Exception {
        FatalStorageException unknown = new FatalStorageException("fsync failed", new java.io.IOException());
        store.hold();
        store.failNext(unknown);
        commits.start();
        Submission<String> first = commits.submit(Probe.of("a"));
        CompletableFuture<String> inTheBatch = inBackground(first::await);
        store.awaitAttempt();
        Submission<String> behind = commits.submit(Probe.of("b"));
        CompletableFuture<String> behindIt = inBackground(behind::await);
        store.letAllGo();

        assertThat(fatal.poll(20, TimeUnit.SECONDS)).isSameAs(unknown);
        commits.close();
        assertThat(inTheBatch).isNotDone();
        assertThat(behindIt).isNotDone();
        assertThat(store.committed()).isEmpty();
        first.settle(new Outcome.Committed("let the waiting thread end"));
        behind.settle(new Outcome.Committed("let the waiting thread end"));
    }

    @Test
    void notesAloneAreCommittedAfterALinger() {
        commits.start();
        commits.note(Probe.note("read"));
        await().until(() -> store.committed().equals(List.of("read")));
        commits.close();
    }

    @Test
    void closingCommitsWhatWasAcceptedAndRefusesWhatIsNew() throws Exception {
        store.hold();
        commits.start();
        Submission<String> underWay = commits.submit(Probe.of("under way"));
        store.awaitAttempt();
        Submission<String> gathered = commits.submit(Probe.of("gathered"));
        commits.note(Probe.note("read"));
        CountDownLatch closed = new CountDownLatch(1);
        Thread closer = Thread.ofPlatform().start(() -> {
            commits.close();
            closed.countDown();
        });
        await().until(() -> closer.getState() == Thread.State.WAITING);

        RefusedException refusal = catchThrowableOfType(RefusedException.class, () -> commits.submit(Probe.of("new")));
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(closed.getCount()).as("still committing").isEqualTo(1);
        store.letAllGo();

        assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(underWay.await()).isEqualTo("under way@1");
        assertThat(gathered.await()).isEqualTo("gathered@3");
        assertThat(store.committed()).containsExactly("under way", "read", "gathered");
        assertThatThrownBy(() -> commits.note(Probe.note("late"))).isInstanceOf(RefusedException.class);
    }

    @Test
    void closingGoesOnWhenItIsInterruptedAndTheThreadStaysInterrupted() throws Exception {
        store.hold();
        commits.start();
        Submission<String> underWay = commits.submit(Probe.of("under way"));
        store.awaitAttempt();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread closer = Thread.ofPlatform().start(() -> {
            Thread.currentThread().interrupt();
            commits.close();
            interrupted.complete(Thread.interrupted());
        });
        await().until(() -> !closer.isInterrupted() && closer.getState() == Thread.State.WAITING);
        assertThat(interrupted).isNotDone();
        store.letAllGo();
        assertThat(interrupted).succeedsWithin(Duration.ofSeconds(20)).isEqualTo(true);
        assertThat(underWay.await()).isEqualTo("under way@1");
    }

    @Test
    void closingEndsAlthoughTheStorageStaysAway() {
        for (int i = 0; i < 1_000; i++) {
            store.failNext(MemoryStorage.away());
        }
        commits.start();
        commits.note(Probe.note("read"));
        Submission<String> submission = commits.submit(Probe.of("a"));
        assertThatThrownBy(submission::await).isInstanceOf(RefusedException.class);
        commits.close();
        assertThat(store.committed()).isEmpty();
    }

    @Test
    void closingWhatWasNeverStartedReturns() {
        commits.close();
        assertThatThrownBy(() -> commits.submit(Probe.of("a"))).isInstanceOf(RefusedException.class);
    }

    /** Notes that fill a batch once made the committer ask a storage that was away again and again without a pause. */
    @Test
    void aStorageThatIsAwayIsLeftAloneForAWhileAlsoWhenNotesFillABatch() throws Exception {
        GroupCommit small =
                new GroupCommit(store, new CommitSettings(10, 1_000, 2, 1_000, 10), CommitListener.NONE, fatal::add);
        small.note(Probe.note("a"));
        small.note(Probe.note("b"));
        small.note(Probe.note("c"));
        store.failNext(MemoryStorage.away());
        small.start();
        store.awaitAttempt();
        long failedNanos = System.nanoTime();
        store.awaitAttempt();
        assertThat(Duration.ofNanos(System.nanoTime() - failedNanos)).isGreaterThan(Duration.ofMillis(250));
        small.close();
        assertThat(store.committed()).containsExactly("a", "b", "c");
    }

    @Test
    void aMutationEndsThePauseAfterAFailure() throws Exception {
        store.failNext(MemoryStorage.away());
        commits.start();
        assertThatThrownBy(() -> commits.commit(Probe.of("a"))).isInstanceOf(RefusedException.class);
        assertThat(commits.commit(Probe.of("b"))).isEqualTo("b@1");
        commits.close();
    }
}
