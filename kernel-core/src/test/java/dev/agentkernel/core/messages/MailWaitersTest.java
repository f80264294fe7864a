package dev.agentkernel.core.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class MailWaitersTest {

    private static final Duration LONG = Duration.ofMinutes(5);

    /** Nobody looks unasked while a test runs: who is woken was woken by a hint. */
    private final MailWaiters waiters = new MailWaiters(3, LONG);

    private static long in(Duration time) {
        return System.nanoTime() + time.toNanos();
    }

    /** Waits on a thread of its own, and says whether there was a reason to look. */
    private CompletableFuture<Boolean> waitFor(String address) throws InterruptedException {
        CountDownLatch inLine = new CountDownLatch(1);
        CompletableFuture<Boolean> woken = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (MailWaiters.Waiter waiter = waiters.enter(address)) {
                waiter.standInLine();
                inLine.countDown();
                woken.complete(waiter.await(in(LONG)));
            } catch (RuntimeException refused) {
                woken.completeExceptionally(refused);
            }
        });
        inLine.await();
        return woken;
    }

    @Test
    void aHintWakesWhoWaitsForThatAgent() throws InterruptedException {
        CompletableFuture<Boolean> alice = waitFor("alice");
        CompletableFuture<Boolean> bob = waitFor("bob");
        waiters.onAgentHasMail("alice");
        waiters.onAgentHasMail("nobody");
        assertThat(alice.join()).isTrue();
        assertThat(bob).isNotDone();
        waiters.end();
        assertThat(bob.join()).isFalse();
    }

    @Test
    void whoLeavesWakesTheNext() throws InterruptedException {
        CompletableFuture<Boolean> first = waitFor("alice");
        CompletableFuture<Boolean> second = waitFor("alice");
        waiters.onAgentHasMail("alice");
        assertThat(first.join()).isTrue();
        assertThat(second.join()).isTrue();
    }

    @Test
    void aHintBetweenLookingAndWaitingIsNotLost() {
        try (MailWaiters.Waiter waiter = waiters.enter("alice")) {
            waiter.standInLine();
            waiters.onAgentHasMail("alice");
            assertThat(waiter.await(in(LONG))).isTrue();
            waiter.standInLine();
            assertThat(waiter.await(in(Duration.ofMillis(20)))).isFalse();
        }
        assertThat(waiters.waiting()).isZero();
    }

    @Test
    void whoGetsNoHintLooksUnaskedNowAndThen() {
        MailWaiters restless = new MailWaiters(1, Duration.ofMillis(1));
        try (MailWaiters.Waiter waiter = restless.enter("alice")) {
            waiter.standInLine();
            assertThat(waiter.await(in(LONG))).isTrue();
        }
    }

    @Test
    void nobodyWaitsAfterTheEnd() {
        waiters.end();
        try (MailWaiters.Waiter waiter = waiters.enter("alice")) {
            waiter.standInLine();
            assertThat(waiter.await(in(LONG))).isFalse();
        }
    }

    @Test
    void oneAgentLeavesRoomForOthers() {
        MailWaiters many = new MailWaiters(2 * MailWaiters.WAITERS_OF_AGENT_MAX, LONG);
        for (int i = 0; i < MailWaiters.WAITERS_OF_AGENT_MAX; i++) {
            many.enter("alice").standInLine();
        }
        try (MailWaiters.Waiter oneMore = many.enter("alice")) {
            assertThatThrownBy(oneMore::standInLine).isInstanceOf(RefusedException.class);
        }
        many.enter("bob").standInLine();
    }

    @Test
    void waitersAreBounded() {
        List<MailWaiters.Waiter> all = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            all.add(waiters.enter("agent " + i));
        }
        assertThatThrownBy(() -> waiters.enter("alice"))
                .isInstanceOfSatisfying(
                        RefusedException.class,
                        refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
        all.getFirst().close();
        waiters.enter("alice").close();
        assertThat(waiters.waiting()).isEqualTo(2);
    }
}
