package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.messages.SendMessage.Retryable;
import dev.agentkernel.core.storage.MessageStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A durable queue for each agent. What was accepted is never dropped; an answer lost on its way is given again. Within a queue
 * messages keep the order of their commits.
 */
public final class MessageQueues {

    /** Most content that one answer carries, in bytes; the first message of an answer may exceed it alone. */
    public static final long ANSWER_BYTES_MAX = 4L << 20;

    /** Longest idempotency key, in bytes of UTF-8. */
    public static final int IDEMPOTENCY_KEY_BYTES_MAX = 255;

    /** How long an answer may be on its way before its messages wait again: longer than any client waits for one. */
    static final Duration TAKE_LEASE = Duration.ofSeconds(60);

    private final GroupCommit commits;
    private final MessageStore store;
    private final MessagingSettings settings;
    private final LeaseKeeper leases;
    private final Supplier<UUID> ids;
    private final String takesHeldBy;

    /**
     * Makes the queues.
     *
     * @param ids gives version 7 UUIDs
     * @param takesHeldBy the name under which this process holds messages that are on their way
     */
    public MessageQueues(
            GroupCommit commits,
            MessageStore store,
            MessagingSettings settings,
            LeaseKeeper leases,
            Supplier<UUID> ids,
            String takesHeldBy) {
        this.commits = commits;
        this.store = store;
        this.settings = settings;
        this.leases = leases;
        this.ids = ids;
        this.takesHeldBy = takesHeldBy;
    }

    /**
     * Puts a message into its recipient's queue; durable when this returns. The same idempotency key with the same message
     * gives the first answer again within 24 hours.
     *
     * @throws RefusedException {@code bad_request} for a content that is empty or too large, {@code not_found} for an unknown
     *     recipient, {@code queue_full}, {@code idempotency_mismatch}
     */
    public SentMessage send(AgentCaller caller, OutgoingMessage message) {
        int size = message.content().size();
        if (size == 0) {
            throw RefusedException.badRequest("'content' must not be empty.");
        }
        if (size > settings.contentBytesMax()) {
            throw RefusedException.badRequest("'content' has " + size + " bytes in UTF-8; at most "
                    + settings.contentBytesMax() + " are allowed.");
        }
        if (!Tokens.isAddress(message.to())) {
            throw SendMessage.unknownRecipient();
        }
        return commits.commit(new SendMessage(
                caller, ids.get(), message.to(), message.content(), retryable(caller, message), settings));
    }

    private static @Nullable Retryable retryable(AgentCaller caller, OutgoingMessage message) {
        String key = message.idempotencyKey();
        if (key == null) {
            return null;
        }
        int bytes = key.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > IDEMPOTENCY_KEY_BYTES_MAX) {
            throw RefusedException.badRequest("The Idempotency-Key has " + bytes + " bytes; it must have 1 to "
                    + IDEMPOTENCY_KEY_BYTES_MAX + ".");
        }
        return new Retryable(new IdempotencyKey(caller.address(), key), fingerprintOf(message));
    }

    private static ByteString fingerprintOf(OutgoingMessage message) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(message.to().getBytes(StandardCharsets.UTF_8));
            // A byte that UTF-8 never holds keeps the parts apart.
            sha256.update((byte) 0xff);
            sha256.update(message.content().unsafeArray());
            return ByteString.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /**
     * Takes the oldest messages of the caller's queue. They stay leased until {@link #confirm} or {@link #giveBack}; one of the
     * two must follow.
     */
    public TakenMessages take(AgentCaller caller, int messagesMax) {
        if (!store.hasWaiting(caller.address())) {
            return TakenMessages.NONE;
        }
        MessageLease lease = commits.commit(
                new LeaseMessages(caller, ids.get(), messagesMax, ANSWER_BYTES_MAX, TAKE_LEASE, takesHeldBy));
        if (lease.messages().isEmpty()) {
            return TakenMessages.NONE;
        }
        List<Long> seqs = lease.messages().stream().map(LeasedMessage::seq).toList();
        try {
            return new TakenMessages(Optional.of(lease), store.read(caller.address(), seqs), lease.remaining());
        } catch (RuntimeException unreadable) {
            leases.giveBack(lease);
            throw unreadable;
        }
    }

    /** The answer was flushed without error: its messages have left the queue for good. */
    public void confirm(TakenMessages taken) {
        taken.lease().ifPresent(leases::confirm);
    }

    /** The answer did not reach the client: its messages wait again, in their old places. */
    public void giveBack(TakenMessages taken) {
        taken.lease().ifPresent(leases::giveBack);
    }
}
