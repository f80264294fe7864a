package dev.agentkernel.core.events;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LogRecordTest {

    private static final UUID ID = new UUID(1, 1);
    private static final Instant NOW = SettableClock.START;
    private static final ByteString FIVE = ByteString.ofUtf8("bytes").orElseThrow();
    private static final QueuedCopy COPY = new QueuedCopy("me", 1, Route.PULL, 5, true);
    private static final Removal REMOVAL =
            new Removal(1, RemovalTarget.state("key"), "reason", "somebody", FIVE, NOW, FIVE, FIVE);

    /**
     * What a record is.
     *
     * @param type of the public event; {@code null} of what is private as a whole
     * @param agent that it is about
     * @param bytes of content
     */
    record Sample(
            LogRecord record,
            @Nullable EventType type,
            @Nullable String agent,
            int bytes) {}

    static Stream<Sample> samples() {
        return Stream.of(
                event(new LogRecord.OperatorCreated(ID, "hash", true, FIVE), EventType.OPERATOR_CREATED, null),
                event(new LogRecord.AgentRegistered("me", ID, FIVE, null), EventType.AGENT_REGISTERED, "me"),
                event(new LogRecord.OperatorKeyRotated(ID, 2, FIVE), EventType.TOKEN_ROTATED, null),
                event(new LogRecord.AgentTokenRotated("me", 2, FIVE), EventType.TOKEN_ROTATED, "me"),
                event(new LogRecord.WebhookChanged("me", null, 1, null), EventType.AGENT_UPDATED, "me"),
                event(new LogRecord.ProfileChanged("me", null), EventType.AGENT_UPDATED, "me"),
                event(new LogRecord.AgentDeregistered("me", ID, 0, 0), EventType.AGENT_DEREGISTERED, "me"),
                content(new LogRecord.MessageSent(ID, "me", "other", FIVE, Route.PULL, null), EventType.MESSAGE_SENT),
                event(
                        new LogRecord.MessageDelivered(ID, "me", DeliveryMethod.PULL, 1, 5),
                        EventType.MESSAGE_DELIVERED,
                        "me"),
                event(new LogRecord.MessageDead(ID, "me", 3, 1), EventType.MESSAGE_DEAD, "me"),
                event(new LogRecord.MessageExpired(ID, COPY), EventType.MESSAGE_EXPIRED, "me"),
                content(new LogRecord.StateWritten("key", FIVE, "me", -1), EventType.STATE_WRITTEN),
                event(new LogRecord.StateDeleted("key", "me", 5), EventType.STATE_DELETED, "me"),
                event(new LogRecord.StateRead("key", "me", true), EventType.STATE_READ, "me"),
                event(new LogRecord.RegistryRead("me"), EventType.REGISTRY_READ, "me"),
                event(new LogRecord.ContentRemoved(REMOVAL, 1, -1, null), EventType.CONTENT_REMOVED, null),
                unseen(new LogRecord.SenderBlocked("me", "other")),
                unseen(new LogRecord.SenderUnblocked("me", "other")),
                unseen(new LogRecord.WebhookHealthChanged("me", WebhookHealth.UNKNOWN)),
                unseen(new LogRecord.ChallengeUsed(FIVE, NOW)),
                unseen(new LogRecord.MessagesLeased("me", Route.PULL, ID, NOW, "worker@w", List.of())),
                unseen(new LogRecord.LeaseReplaced("me", Route.PULL, ID, NOW, "worker@w", List.of())),
                unseen(new LogRecord.MessagesReturned("me", Route.PULL, List.of())),
                unseen(new LogRecord.MessagesRerouted("me", List.of())),
                unseen(new LogRecord.DeadLetterRequeued("me", 1, Route.PULL)),
                unseen(new LogRecord.DeadLetterDeleted("me", 1, 5)),
                unseen(new LogRecord.ContentErased(1)));
    }

    private static Sample event(LogRecord record, EventType type, @Nullable String agent) {
        return new Sample(record, type, agent, 0);
    }

    private static Sample content(LogRecord record, EventType type) {
        return new Sample(record, type, "me", 5);
    }

    private static Sample unseen(LogRecord record) {
        return new Sample(record, null, null, 0);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void recordShouldSayWhichEventItIsAndOfWhom(Sample sample) {
        LogRecord record = sample.record();
        assertThat(record.type().orElse(null)).isEqualTo(sample.type());
        assertThat(record.isPublic()).isEqualTo(sample.type() != null);
        assertThat(record.agent()).isEqualTo(sample.agent());
        assertThat(record.contentBytes()).isEqualTo(sample.bytes());
    }

    @Test
    void everyKindOfRecordShouldBeAmongTheSamples() {
        assertThat(samples().<Object>map(sample -> sample.record().getClass()))
                .containsExactlyInAnyOrder((Object[]) LogRecord.class.getPermittedSubclasses());
    }
}
