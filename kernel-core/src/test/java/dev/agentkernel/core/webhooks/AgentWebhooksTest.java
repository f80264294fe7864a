package dev.agentkernel.core.webhooks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.registry.WebhookSecrets;
import dev.agentkernel.core.webhooks.AgentWebhooks.Status;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class AgentWebhooksTest {

    private static final AgentCaller FIRST = new AgentCaller("tab_" + "a".repeat(20), 1);
    private static final AgentCaller SECOND = new AgentCaller("tab_" + "b".repeat(20), 1);
    private static final AgentCaller WITHOUT = new AgentCaller("tab_" + "c".repeat(20), 1);
    private static final UUID ID = new UUID(0x7000L, 1);

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    private final WebhookSecrets secrets = new WebhookSecrets(new KernelSecret(ByteString.ofHex("5a".repeat(32))));
    private final AgentWebhooks webhooks = new AgentWebhooks(storage.webhooks(), secrets, clock, () -> ID);

    @BeforeEach
    void register() {
        running.leave(
                registered(FIRST, "https://example.com/1"),
                registered(WITHOUT, null),
                registered(SECOND, "https://example.com/2"));
    }

    private static LogRecord registered(AgentCaller agent, @Nullable String url) {
        ByteString digest = ByteString.ofUtf8(agent.address()).orElseThrow();
        return new LogRecord.AgentRegistered(agent.address(), new UUID(1, 1), digest, url);
    }

    @Test
    void statusShouldTellTheCircuitOfThisMoment() {
        assertThat(webhooks.statusOf(FIRST).circuit()).isEqualTo(Circuit.CLOSED);
        WebhookHealth opened = new WebhookHealth(5, clock.instant().plusSeconds(300), null, List.of());
        running.leave(new LogRecord.WebhookHealthChanged(FIRST.address(), opened));
        assertThat(webhooks.statusOf(FIRST).circuit()).isEqualTo(Circuit.OPEN);
        assertThat(webhooks.statusOf(FIRST).endpoint().health()).isEqualTo(opened);
        clock.advance(Duration.ofSeconds(300));
        assertThat(webhooks.statusOf(FIRST).circuit()).isEqualTo(Circuit.HALF_OPEN);
        assertThat(catchThrowableOfType(RefusedException.class, () -> webhooks.statusOf(WITHOUT))
                        .code())
                .isEqualTo(ErrorCode.NOT_FOUND);
    }

    @Test
    void urlShouldBeInNoLog() {
        assertThat(webhooks.statusOf(FIRST).toString())
                .contains(FIRST.address())
                .doesNotContain("example.com");
    }

    @Test
    void statusesShouldBeInTheOrderOfRegistration() {
        List<Status> all = webhooks.statusesAfter(0, 10);
        assertThat(all)
                .extracting(status -> status.endpoint().address())
                .containsExactly(FIRST.address(), SECOND.address());
        assertThat(webhooks.statusesAfter(0, 1)).containsExactly(all.getFirst());
        assertThat(webhooks.statusesAfter(all.getFirst().endpoint().registeredSeq(), 10))
                .containsExactly(all.getLast());
    }

    @Test
    void testShouldCallTheEndpointWithItsKeysAndLeaveNoTrace() {
        int records = storage.history().size();
        WebhookAttempt answer = new WebhookAttempt(clock.instant(), ID, 204, WebhookAttempt.DELIVERED);
        WebhookAttempt attempt = webhooks.test(FIRST, (endpoint, keys, message) -> {
            assertThat(endpoint.url()).isEqualTo("https://example.com/1");
            assertThat(keys).containsExactly(secrets.keyOf(FIRST.address(), 1));
            assertThat(message)
                    .isEqualTo(new QueuedMessage(
                            0, ID, FIRST.address(), FIRST.address(), message.content(), clock.instant()));
            assertThat(message.content().size()).isPositive();
            return Optional.of(answer);
        });
        assertThat(attempt).isEqualTo(answer);
        assertThat(storage.history()).hasSize(records);
    }

    @Test
    void testShouldBeRefusedForATimeWhereTooManyAreUnderWay() {
        RefusedException busy = catchThrowableOfType(
                RefusedException.class, () -> webhooks.test(FIRST, (endpoint, keys, message) -> Optional.empty()));
        assertThat(busy.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(busy.retryAfter()).contains(Duration.ofSeconds(5));
    }
}
