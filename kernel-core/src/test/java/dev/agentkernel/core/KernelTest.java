package dev.agentkernel.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.registry.AgentFilter;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.state.Precondition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The kernel as a whole, over a storage in memory. */
class KernelTest {

    private static final KernelSecret SECRET = new KernelSecret(ByteString.ofHex("21".repeat(32)));

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final LocalWakeups wakeups = new LocalWakeups();
    private final BlockingQueue<Throwable> fatal = new LinkedBlockingQueue<>();

    private Kernel started() {
        Kernel kernel = new Kernel(
                storage,
                Kernel.Settings.DEFAULT,
                new Kernel.Environment(
                        SECRET, clock, wakeups, url -> Optional.empty(), KernelListeners.NONE, fatal::add));
        kernel.start();
        return kernel;
    }

    private static AgentCaller newAgent(Kernel kernel, OperatorCaller operator) {
        RegisteredAgent agent = kernel.registry()
                .registerAgent(operator, kernel.registry().issueChallenge().id(), "x", null);
        return kernel.authenticator().agent(agent.token());
    }

    private static OperatorCaller newOperator(Kernel kernel) {
        RegisteredOperator registered = kernel.registry().registerOperator("hash", true);
        return kernel.authenticator().operator(registered.apiKey());
    }

    private static OutgoingMessage message(AgentCaller to, String text) {
        return new OutgoingMessage(to.address(), ByteString.ofUtf8(text).orElseThrow(), null);
    }

    @Test
    void agentsExchangeMessagesAndShareState() throws Exception {
        try (Kernel kernel = started()) {
            BlockingQueue<String> mail = new LinkedBlockingQueue<>();
            wakeups.subscribe(new Wakeups.Listener() {
                @Override
                public void onAgentHasMail(String address) {
                    mail.add(address);
                }
            });
            OperatorCaller operator = newOperator(kernel);
            AgentCaller alice = newAgent(kernel, operator);
            AgentCaller bob = newAgent(kernel, operator);
            kernel.messages().send(alice, message(bob, "hello"));
            assertThat(mail.poll(20, TimeUnit.SECONDS)).isEqualTo(bob.address());
            var taken = kernel.messages().take(bob, 10);
            assertThat(taken.messages()).extracting(QueuedMessage::from).containsExactly(alice.address());
            kernel.messages().confirm(taken);
            kernel.state().write(bob, "key", ByteString.EMPTY, Precondition.NONE);
            assertThat(kernel.state().read(alice, "key")).isPresent();
            assertThat(kernel.registry().list(alice, AgentFilter.NONE, 0, 10).total())
                    .isEqualTo(2);
            assertThat(kernel.rateLimits()
                            .count(alice.address(), RateCategory.MESSAGE_SEND)
                            .allowed())
                    .isTrue();
            assertThat(kernel.gathered()).isZero();
        }
        assertThat(fatal).isEmpty();
        requireOrderedHistory();
    }

    private void requireOrderedHistory() {
        long next = 1;
        List<StampedRecord> times = new ArrayList<>();
        for (StampedRecord stamped : storage.history()) {
            if (stamped.record().isPublic()) {
                assertThat(stamped.seq()).isEqualTo(next++);
            } else {
                assertThat(stamped.seq()).isEqualTo(StampedRecord.NO_SEQ);
            }
            times.add(stamped);
        }
        assertThat(times).extracting(StampedRecord::time).isSorted();
    }

    @Test
    void anAgentCanBeRegisteredAfterTheClockWasSetBack() {
        clock.advance(Duration.ofHours(2));
        OperatorCaller operator;
        try (Kernel kernel = started()) {
            operator = newOperator(kernel);
        }
        clock.advance(Duration.ofHours(-2));
        try (Kernel kernel = started()) {
            newAgent(kernel, operator);
            clock.advance(Duration.ofHours(3));
            newAgent(kernel, operator);
            clock.advance(Duration.ofHours(-1));
            newAgent(kernel, operator);
        }
        requireOrderedHistory();
    }

    @Test
    void aRotatedKeyIsRefusedFromThenOn() {
        try (Kernel kernel = started()) {
            String key = kernel.registry().registerOperator("hash", true).apiKey();
            for (int version = 2; version < 300; version++) {
                String old = key;
                key = kernel.registry().rotateKey(kernel.authenticator().operator(old));
                assertThat(isRefused(kernel, old)).as("without any delay").isTrue();
                assertThat(kernel.authenticator().operator(key).credentialVersion())
                        .isEqualTo(version);
            }
        }
    }

    private static boolean isRefused(Kernel kernel, String key) {
        RefusedException refusal = catchThrowableOfType(
                RefusedException.class, () -> kernel.authenticator().operator(key));
        return refusal != null && refusal.code() == ErrorCode.UNAUTHORIZED;
    }

    @Test
    void whatAnEarlierLifeHadInItsHandsWaitsAgainAfterTheStart() {
        AgentCaller bob;
        try (Kernel kernel = started()) {
            OperatorCaller operator = newOperator(kernel);
            bob = newAgent(kernel, operator);
            kernel.messages().send(bob, message(bob, "hello"));
            assertThat(kernel.messages().take(bob, 1).messages()).hasSize(1);
            assertThat(storage.messages().hasWaiting(bob.address())).isFalse();
        }
        try (Kernel next = started()) {
            assertThat(next.messages().take(bob, 1).messages())
                    .extracting(message -> message.content().toUtf8())
                    .containsExactly("hello");
        }
    }

    @Test
    void aLeaseThatRanOutIsSweptWithoutAnybodyAsking() {
        try (Kernel kernel = started()) {
            AgentCaller bob = newAgent(kernel, newOperator(kernel));
            kernel.messages().send(bob, message(bob, "hello"));
            assertThat(kernel.messages().take(bob, 1).messages()).hasSize(1);
            clock.advance(Duration.ofMinutes(1));
            await().until(() -> storage.messages().hasWaiting(bob.address()));
        }
    }

    @Test
    void nothingIsAcceptedAfterClosing() {
        Kernel kernel = started();
        kernel.close();
        assertThat(catchThrowableOfType(
                                RefusedException.class, () -> kernel.registry().registerOperator("hash", true))
                        .code())
                .isEqualTo(ErrorCode.UNAVAILABLE);
        kernel.close();
    }
}
