package dev.agentkernel.core.commit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What no batch takes, and who waits for it. */
class SubmissionTest {

    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final Duration TOO_LONG = Duration.ofSeconds(10);

    private final GatheringQueue queue = new GatheringQueue(CommitSettings.DEFAULT);
    private final Thread waiter = Thread.currentThread();

    private Submission<String> handedIn(Duration ago) {
        Submission<String> submission = new Submission<>(Probe.of("a"), queue, System.nanoTime() - ago.toNanos());
        assertThat(queue.offer(submission)).isTrue();
        return submission;
    }

    /** Whoever waits looks once at once. */
    @BeforeEach
    void wake() {
        LockSupport.unpark(waiter);
    }

    private void settleOnceItHasLooked(Submission<String> submission) {
        Thread.ofPlatform().daemon().start(() -> {
            await().atMost(AMPLE).until(() -> waiter.getState() == Thread.State.TIMED_WAITING);
            submission.settle(new Outcome.Committed("answer"));
        });
    }

    @Test
    void whatNoBatchHasTakenInTimeIsTakenBackAndRefused() {
        Submission<String> late = handedIn(TOO_LONG);
        RefusedException refusal = catchThrowableOfType(RefusedException.class, late::await);
        assertThat(refusal.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(refusal.retryAfter()).contains(Duration.ofSeconds(1));
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void whatABatchHasTakenIsWaitedForHoweverLate() {
        Submission<String> late = handedIn(TOO_LONG);
        queue.take(false);
        settleOnceItHasLooked(late);
        assertThat(late.await()).isEqualTo("answer");
    }

    @Test
    void whatIsInTimeIsNotTakenBack() {
        Submission<String> early = handedIn(Duration.ofDays(-1));
        settleOnceItHasLooked(early);
        assertThat(early.await()).isEqualTo("answer");
        assertThat(queue.withdraw(early)).as("still there").isTrue();
    }
}
