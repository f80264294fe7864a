package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Starting and stopping under load: whatever was handed in is committed and answered, or refused; nothing hangs. */
class GroupCommitStressTest {

    private static final int ROUNDS = 1_500;
    private static final int THREADS = 6;
    private static final CommitSettings SETTINGS = new CommitSettings(8, 1_000, 4, 1_000, 16);

    /** The answers of one thread; it submits until the kernel says that it shuts down. */
    private static List<String> submitUntilClosed(GroupCommit commits, int thread, CountDownLatch ready) {
        List<String> answers = new ArrayList<>();
        ready.countDown();
        for (int i = 0; ; i++) {
            try {
                answers.add(commits.commit(Probe.of(thread + "-" + i)));
            } catch (RefusedException refusal) {
                assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                if (refusal.sentence().contains("shutting down")) {
                    return answers;
                }
            }
        }
    }

    @Test
    void everySubmissionIsCommittedOrRefusedWhileTheKernelCloses() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
            for (int round = 0; round < ROUNDS; round++) {
                oneRound(threads);
            }
        }
    }

    /** The race on purpose: the caller has passed the check of the closing kernel, and hands in when the committer is gone. */
    @Test
    void whoHandsInAfterTheCommitterIsGoneIsRefused() throws Exception {
        GroupCommit commits = new GroupCommit(new ScriptedStore(), SETTINGS, CommitListener.NONE, fatal -> {});
        commits.start();
        CountDownLatch handingIn = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        CompletableFuture<Throwable> late = CompletableFuture.supplyAsync(
                () -> catchThrowable(() -> commits.submit(new SlowToWeigh(handingIn, closed))),
                task -> Thread.ofPlatform().start(task));
        assertThat(handingIn.await(20, TimeUnit.SECONDS)).isTrue();
        commits.close();
        closed.countDown();
        assertThat(late)
                .succeedsWithin(Duration.ofSeconds(20))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    /** Waits when it is asked for its size, which is after the first check and before the queue takes it. */
    private record SlowToWeigh(CountDownLatch handingIn, CountDownLatch closed) implements Mutation<String> {
        @Override
        public void require(Requirements requirements) {}

        @Override
        public Decision<String> decide(WorkingSet rows) {
            return Decision.unchanged(stamp -> "nobody is there to answer");
        }

        @Override
        public int contentBytes() {
            handingIn.countDown();
            try {
                assertThat(closed.await(20, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException nobodyDoes) {
                throw new AssertionError(nobodyDoes);
            }
            return 0;
        }
    }

    private static void oneRound(ExecutorService threads) throws Exception {
        ScriptedStore store = new ScriptedStore();
        AtomicReference<Throwable> fatal = new AtomicReference<>();
        GroupCommit commits = new GroupCommit(store, SETTINGS, CommitListener.NONE, fatal::set);
        CountDownLatch ready = new CountDownLatch(THREADS);
        List<Future<List<String>>> submitters = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            int thread = i;
            submitters.add(threads.submit(() -> submitUntilClosed(commits, thread, ready)));
        }
        assertThat(ready.await(20, TimeUnit.SECONDS)).isTrue();
        commits.start();
        commits.close();

        List<String> answered = new ArrayList<>();
        for (Future<List<String>> submitter : submitters) {
            answered.addAll(submitter.get(20, TimeUnit.SECONDS));
        }
        assertThat(fatal.get()).isNull();
        List<String> committed = store.committed();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < committed.size(); i++) {
            expected.add(committed.get(i) + "@" + (i + 1));
        }
        assertThat(answered).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(commits.gathered()).isZero();
    }
}
