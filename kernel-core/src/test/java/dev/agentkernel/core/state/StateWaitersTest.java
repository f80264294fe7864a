package dev.agentkernel.core.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StateWaitersTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    /** Nobody looks unasked while a test runs: who is woken was woken by a hint. */
    private final StateWaiters waiters = new StateWaiters(LONG);

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    /** Waits on a thread of its own, and says whether there was a reason to look. */
    private CompletableFuture<Boolean> waitFor(String agent, String key) throws InterruptedException {
        CountDownLatch entered = new CountDownLatch(1);
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (StateWaiters.Waiter waiter = waiters.enter(agent, key)) {
                entered.countDown();
                woken.complete(waiter.await(in(LONG)));
            } catch (RuntimeException refused) {
                woken.completeExceptionally(refused);
            }
        });
        entered.await();
        return woken;
    }

    private static void requireUnavailable(ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }

    @Test
    void aHintWakesAllThatWaitForTheKey() throws InterruptedException {
        CompletableFuture<Boolean> alice = waitFor("alice", "key");
        CompletableFuture<Boolean> bob = waitFor("bob", "key");
        waiters.onStateChanged("key".hashCode());
        assertThat(alice.join()).isTrue();
        assertThat(bob.join()).isTrue();
    }

    @Test
    void whoLeavesTakesNobodyAlong() throws InterruptedException {
        CompletableFuture<Boolean> alice = waitFor("alice", "key");
        waiters.enter("bob", "key").close();
        waiters.onStateChanged("key".hashCode());
        assertThat(alice.join()).isTrue();
    }

    @Test
    void whoGetsNoHintLooksUnaskedNowAndThen() {
        StateWaiters restless = new StateWaiters(Duration.ofMillis(1));
        try (StateWaiters.Waiter waiter = restless.enter("alice", "key")) {
            assertThat(waiter.await(in(LONG))).isTrue();
            assertThat(waiter.await(in(LONG))).isTrue();
        }
    }

    @Test
    void aHintOfOneKeyIsNoneOfAnother() {
        try (StateWaiters.Waiter waiter = waiters.enter("alice", "key")) {
            waiters.onStateChanged("other".hashCode());
            assertThat(waiter.await(in(Duration.ofMillis(50)))).isFalse();
        }
    }

    @Test
    void aHintBetweenLookingAndWaitingIsNotLostAndCountsOnce() {
        try (StateWaiters.Waiter waiter = waiters.enter("alice", "key")) {
            waiters.onStateChanged("key".hashCode());
            assertThat(waiter.await(in(LONG))).isTrue();
            assertThat(waiter.await(in(Duration.ofMillis(50)))).isFalse();
            waiters.onStateChanged("key".hashCode());
            assertThat(waiter.await(in(LONG))).as("the next hint counts again").isTrue();
        }
    }

    @Test
    void theEndWakesEverybodyAndNobodyWaitsAfterIt() throws InterruptedException {
        CompletableFuture<Boolean> alice = waitFor("alice", "key");
        CompletableFuture<Boolean> bob = waitFor("bob", "other");
        waiters.end();
        assertThat(alice.join()).isFalse();
        assertThat(bob.join()).isFalse();
        try (StateWaiters.Waiter late = waiters.enter("carol", "key")) {
            assertThat(late.await(in(LONG))).isFalse();
        }
    }

    @Test
    void oneAgentLeavesRoomForOthers() {
        List<StateWaiters.Waiter> all = new ArrayList<>();
        for (int i = 0; i < StateWaiters.WAITERS_OF_AGENT_MAX; i++) {
            all.add(waiters.enter("alice", "key " + i));
        }
        requireUnavailable(() -> waiters.enter("alice", "key"));
        waiters.enter("bob", "key").close();
        all.removeLast().close();
        all.add(waiters.enter("alice", "key"));
        requireUnavailable(() -> waiters.enter("alice", "key"));
        assertThat(waiters.waiting()).as("the refused ones do not count").isEqualTo(all.size());
        all.forEach(StateWaiters.Waiter::close);
        assertThat(waiters.waiting()).isZero();
        waiters.enter("alice", "key").close();
    }

    @Test
    void waitersAreBounded() {
        List<StateWaiters.Waiter> all = new ArrayList<>();
        for (int i = 0; i < StateWaiters.WAITERS_MAX; i++) {
            all.add(waiters.enter("agent " + i / StateWaiters.WAITERS_OF_AGENT_MAX, "key"));
        }
        requireUnavailable(() -> waiters.enter("one more", "key"));
        assertThat(waiters.waiting()).isEqualTo(StateWaiters.WAITERS_MAX);
        all.removeLast().close();
        waiters.enter("one more", "key").close();
    }
}
