package dev.agentkernel.core.events;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.registry.AgentProfile;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What happened, as the log keeps it: the storage's tables are a pure function of these records in their order, so that
 * replaying them rebuilds everything.
 *
 * <p>A <em>public</em> record is an event: it has a {@code seq}, a type, and data that observers read; what else it must carry
 * (digests, idempotency keys, sizes) is its private part, which every reader strips. A record without an event type is private
 * as a whole and has no {@code seq}.
 */
public sealed interface LogRecord {

    /** The type of the public event, or nothing when the record is private as a whole. */
    default Optional<EventType> type() {
        return Optional.empty();
    }

    /** The agent that the event is about; none for what concerns operators alone. */
    default @Nullable String agent() {
        return null;
    }

    /** Whether the record is an event with a {@code seq} of its own. */
    default boolean isPublic() {
        return type().isPresent();
    }

    /** An upper bound of the content bytes the record carries, for the bound of a batch. */
    default int contentBytes() {
        return 0;
    }

    /** An operator exists from here on, with credential version 1. Private: the key's digest. */
    record OperatorCreated(UUID operatorId, String contactHash, boolean acceptedTerms, ByteString keyDigest)
            implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.OPERATOR_CREATED.present();
        }
    }

    /** An agent exists from here on, with credential version 1. Private: the token's digest, the webhook URL. */
    record AgentRegistered(
            String address,
            UUID operatorId,
            ByteString tokenDigest,
            @Nullable String webhookUrl) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.AGENT_REGISTERED.present();
        }

        @Override
        public String agent() {
            return address;
        }
    }

    /** An operator's key was replaced; the one before is dead. Private: version and digest of the new one. */
    record OperatorKeyRotated(UUID operatorId, int version, ByteString keyDigest) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.TOKEN_ROTATED.present();
        }
    }

    /** An agent's token was replaced; the one before is dead. Private: version and digest of the new one. */
    record AgentTokenRotated(String address, int version, ByteString tokenDigest) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.TOKEN_ROTATED.present();
        }

        @Override
        public String agent() {
            return address;
        }
    }

    /**
     * An agent's messages go to a URL from here on, or nowhere. Private: the URL, the version of the secret that signs what goes
     * there, and when it took the place of the one before it (nothing when there was none in use).
     */
    record WebhookChanged(
            String address,
            @Nullable String webhookUrl,
            int secretVersion,
            @Nullable Instant secretRotatedAt) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.AGENT_UPDATED.present();
        }

        @Override
        public String agent() {
            return address;
        }
    }

    /** What an agent says about itself from here on; {@code null} when nothing. */
    record ProfileChanged(String address, @Nullable AgentProfile profile) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.AGENT_UPDATED.present();
        }

        @Override
        public String agent() {
            return address;
        }
    }

    /** An agent refuses the messages of another, which is between the two. */
    record SenderBlocked(String address, String sender) implements LogRecord {}

    /** An agent takes the messages of another again. */
    record SenderUnblocked(String address, String sender) implements LogRecord {}

    /**
     * How an agent's webhook fares, from here on. Its circuit decides which way the messages to the agent go.
     *
     * @param address of an agent that has a webhook
     */
    record WebhookHealthChanged(String address, WebhookHealth health) implements LogRecord {}

    /**
     * An agent is gone for good, with its credential, its queue and whatever is kept about it; its address is never given
     * again. Private: what the queue held.
     */
    record AgentDeregistered(String address, UUID operatorId, long queueMessages, long queueBytes)
            implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.AGENT_DEREGISTERED.present();
        }

        @Override
        public String agent() {
            return address;
        }
    }

    /** A challenge was answered, rightly or wrongly, and serves nobody again; kept until it would have expired. */
    record ChallengeUsed(ByteString challenge, Instant expiresAt) implements LogRecord {}

    /**
     * A message waits in its recipient's queue under the {@code seq} of this record. Private: what its sender said beside the content,
     * route, idempotency.
     */
    record MessageSent(
            UUID messageId,
            String from,
            String to,
            ByteString content,
            MessageContext context,
            Route route,
            @Nullable IdempotencyEntry idempotency)
            implements LogRecord {

        /** A message of which its sender said nothing beside its content. */
        public MessageSent(
                UUID messageId,
                String from,
                String to,
                ByteString content,
                Route route,
                @Nullable IdempotencyEntry idempotency) {
            this(messageId, from, to, content, MessageContext.NONE, route, idempotency);
        }

        @Override
        public Optional<EventType> type() {
            return EventType.MESSAGE_SENT.present();
        }

        @Override
        public String agent() {
            return from;
        }

        @Override
        public int contentBytes() {
            return content.size();
        }
    }

    /**
     * Waiting messages are in somebody's hands until they are delivered, returned, or the lease is swept after
     * {@code leasedUntil}; the attempt count of each rises by one.
     */
    record MessagesLeased(
            String recipient,
            Route route,
            UUID leaseId,
            Instant leasedUntil,
            String leasedBy,
            List<LeasedMessage> messages)
            implements LogRecord {
        public MessagesLeased {
            messages = List.copyOf(messages);
        }
    }

    /**
     * Another lease takes the place of the one that messages are under: one that ends later, in the same hands, or one in nobody's
     * hands that ends when they are due again.
     */
    record LeaseReplaced(
            String recipient,
            Route route,
            UUID leaseId,
            Instant leasedUntil,
            String leasedBy,
            List<LeasedMessage> messages)
            implements LogRecord {
        public LeaseReplaced {
            messages = List.copyOf(messages);
        }
    }

    /** Leased messages wait again, each at its old place in the queue, on the route that is named here. */
    record MessagesReturned(String recipient, Route route, List<LeasedMessage> messages) implements LogRecord {
        public MessagesReturned {
            messages = List.copyOf(messages);
        }
    }

    /** Messages that waited to be pushed wait to be pulled from here on, each at its old place. */
    record MessagesRerouted(String recipient, List<Long> seqs) implements LogRecord {
        public MessagesRerouted {
            seqs = List.copyOf(seqs);
        }
    }

    /** A leased message reached its recipient and left the queue. Private: its place and its size there. */
    record MessageDelivered(UUID messageId, String to, DeliveryMethod method, long messageSeq, int messageBytes)
            implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.MESSAGE_DELIVERED.present();
        }

        @Override
        public String agent() {
            return to;
        }
    }

    /**
     * A leased message was handed out too often without being acknowledged: nobody gets it any more, and it stays in the queue as a
     * dead letter. Private: its place there.
     */
    record MessageDead(UUID messageId, String to, int attempts, long messageSeq) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.MESSAGE_DEAD.present();
        }

        @Override
        public String agent() {
            return to;
        }
    }

    /** A message was worth delivering until now, and left the queue undelivered. Private: its copy in the queue. */
    record MessageExpired(UUID messageId, QueuedCopy copy) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.MESSAGE_EXPIRED.present();
        }

        @Override
        public String agent() {
            return copy.recipient();
        }
    }

    /** A dead letter waits again, at its old place in the queue, as if it had never been handed out. */
    record DeadLetterRequeued(String recipient, long messageSeq, Route route) implements LogRecord {}

    /** Its recipient deleted a dead letter, which left the queue. */
    record DeadLetterDeleted(String recipient, long messageSeq, int messageBytes) implements LogRecord {}

    /**
     * A key holds a value, with the {@code seq} of this record as its version. Private: how many bytes of value it held before
     * ({@code -1} when it did not exist).
     */
    record StateWritten(String key, ByteString value, String writtenBy, int previousValueBytes) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.STATE_WRITTEN.present();
        }

        @Override
        public String agent() {
            return writtenBy;
        }

        @Override
        public int contentBytes() {
            return value.size();
        }
    }

    /** A key is gone. Private: how many bytes of value it held. */
    record StateDeleted(String key, String deletedBy, int previousValueBytes) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.STATE_DELETED.present();
        }

        @Override
        public String agent() {
            return deletedBy;
        }
    }

    /** Somebody read a key. */
    record StateRead(String key, String readBy, boolean found) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.STATE_READ.present();
        }

        @Override
        public String agent() {
            return readBy;
        }
    }

    /** Somebody listed the registry. */
    record RegistryRead(String readBy) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.REGISTRY_READ.present();
        }

        @Override
        public String agent() {
            return readBy;
        }
    }

    /**
     * A content is gone: no reader sees it in what was logged before, the key's entry (if it held it) holds a placeholder with the
     * {@code seq} of this record as its version, and the queue does not hold the message any more. About no agent. Private: where
     * the content was logged (0 when that is not known), how many bytes of value the key held ({@code -1} when it did not hold the
     * content), and the copy in the queue.
     */
    record ContentRemoved(
            Removal removal,
            long contentSeq,
            int previousValueBytes,
            @Nullable QueuedCopy copy) implements LogRecord {
        @Override
        public Optional<EventType> type() {
            return EventType.CONTENT_REMOVED.present();
        }
    }

    /** Nothing of a removed content is left in the log. */
    record ContentErased(long number) implements LogRecord {}
}
