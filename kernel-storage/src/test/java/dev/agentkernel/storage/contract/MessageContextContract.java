package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.SentMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a sender says beside the content comes back with the message, whichever way it is handed out. */
public abstract class MessageContextContract extends StorageContract {

    private static final ByteString ODD = KernelProcess.utf8("\u0000\t\\N \ud83d\ude80");
    private static final MessageContext FULL = new MessageContext(ODD, new UUID(7, 7), MessageContext.TIME_TO_LIVE_MAX);

    private static MessageContext of(
            @Nullable String correlationId, @Nullable UUID replyTo, @Nullable Duration timeToLive) {
        return new MessageContext(
                correlationId == null ? null : KernelProcess.utf8(correlationId), replyTo, timeToLive);
    }

    /** Every combination of what may be said and not. */
    private static List<MessageContext> combinations() {
        List<MessageContext> all = new ArrayList<>();
        for (int bits = 0; bits < 8; bits++) {
            all.add(new MessageContext(
                    (bits & 1) == 0 ? null : ODD,
                    (bits & 2) == 0 ? null : new UUID(bits, 2),
                    (bits & 4) == 0 ? null : Duration.ofSeconds(60 + bits)));
        }
        return all;
    }

    private SentMessage send(AgentCaller agent, MessageContext context, @Nullable String key) {
        return kernel.messages()
                .send(agent, new OutgoingMessage(agent.address(), KernelProcess.utf8("m"), context, key));
    }

    @Test
    void everythingThatWasSaidShouldComeBackWithATake() throws Exception {
        AgentCaller agent = kernel.newAgent();
        combinations().forEach(context -> send(agent, context, null));

        restart();

        assertThat(kernel.receive(agent, 10)).extracting(QueuedMessage::context).isEqualTo(combinations());
    }

    @Test
    void everythingThatWasSaidShouldComeBackWithALeaseAndAPush() {
        AgentCaller agent = kernel.newAgent();
        send(agent, FULL, null);
        assertThat(kernel.messages()
                        .lease(agent, LeaseHolder.worker("w"), 10, Duration.ofSeconds(30))
                        .deliveries())
                .singleElement()
                .satisfies(delivery -> assertThat(delivery.message().context()).isEqualTo(FULL));
        kernel.accounts().setWebhook(agent, "https://hooks.example/");
        send(agent, FULL, null);
        assertThat(kernel.outbox().claim(agent.address(), Duration.ofSeconds(30)))
                .hasValueSatisfying(
                        delivery -> assertThat(delivery.message().context()).isEqualTo(FULL));
    }

    @Test
    void nothingThatWasSaidShouldBePublic() {
        AgentCaller agent = kernel.newAgent();
        send(agent, of("a secret between two", new UUID(7, 7), Duration.ofSeconds(77)), null);
        assertThat(kernel.allEvents(10))
                .filteredOn(event -> event.type() == EventType.MESSAGE_SENT)
                .singleElement()
                .satisfies(event ->
                        assertThat(event.data().toUtf8()).doesNotContain("secret", "7-000000000007", "ttl", "reply"));
    }

    @Test
    void idempotencyKeyShouldStandForEverythingThatWasSaid() throws Exception {
        AgentCaller agent = kernel.newAgent();
        SentMessage first = send(agent, of("a", new UUID(1, 1), Duration.ofSeconds(60)), "key");
        restart();
        assertThat(send(agent, of("a", new UUID(1, 1), Duration.ofSeconds(60)), "key"))
                .isEqualTo(first);
        for (MessageContext other : List.of(
                MessageContext.NONE,
                of("b", new UUID(1, 1), Duration.ofSeconds(60)),
                of(null, new UUID(1, 1), Duration.ofSeconds(60)),
                of("a", new UUID(1, 2), Duration.ofSeconds(60)),
                of("a", null, Duration.ofSeconds(60)),
                of("a", new UUID(1, 1), Duration.ofSeconds(61)),
                of("a", new UUID(1, 1), null))) {
            MessageContract.assertRefused(ErrorCode.IDEMPOTENCY_MISMATCH, () -> send(agent, other, "key"));
        }
        assertThat(kernel.receive(agent, 10)).hasSize(1);
    }

    @Test
    void whatIsOutOfItsLimitsShouldBeRefused() {
        AgentCaller agent = kernel.newAgent();
        for (MessageContext refused : List.of(
                of("", null, null),
                of("\u00e9".repeat(64) + "x", null, null),
                of(null, null, Duration.ZERO),
                of(null, null, Duration.ofSeconds(-1)),
                of(null, null, MessageContext.TIME_TO_LIVE_MAX.plusSeconds(1)))) {
            MessageContract.assertRefused(ErrorCode.BAD_REQUEST, () -> send(agent, refused, null));
        }
        MessageContext longest = of("\u00e9".repeat(64), null, Duration.ofSeconds(1));
        send(agent, longest, null);
        assertThat(kernel.receive(agent, 10)).extracting(QueuedMessage::context).containsExactly(longest);
    }
}
