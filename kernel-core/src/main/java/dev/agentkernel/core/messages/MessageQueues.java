package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.cluster.Wakeups;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.messages.SendMessage.Retryable;
import dev.agentkernel.core.storage.MessageStore;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** Shortest lease of a worker. */
    public static final Duration LEASE_MIN = Duration.ofSeconds(1);

    /** How long a worker that does not say so leases. */
    public static final Duration LEASE_DEFAULT = Duration.ofSeconds(30);

    /** Longest lease of a worker. */
    public static final Duration LEASE_MAX = Duration.ofHours(1);

    /** Longest time that a message may rest after it was given back. */
    public static final Duration DELAY_MAX = Duration.ofHours(12);

    /** How long an answer may be on its way before its messages wait again: longer than any client waits for one. */
    static final Duration TAKE_LEASE = Duration.ofSeconds(60);

    private final GroupCommit commits;
    private final MessageStore store;
    private final MessagingSettings settings;
    private final LeaseKeeper leases;
    private final Supplier<UUID> ids;
    private final LeaseHolder takes;
    private final MailWaiters waiters;

    /**
     * Makes the queues.
     *
     * @param ids gives version 7 UUIDs
     * @param takes under whose name this process holds messages that are on their way
     */
    public MessageQueues(
            GroupCommit commits,
            MessageStore store,
            MessagingSettings settings,
            LeaseKeeper leases,
            Supplier<UUID> ids,
            LeaseHolder takes) {
        this.commits = commits;
        this.store = store;
        this.settings = settings;
        this.leases = leases;
        this.ids = ids;
        this.takes = takes;
        this.waiters = new MailWaiters(settings.waitersMax());
    }

    /**
     * Puts a message into its recipient's queue; durable when this returns. The same idempotency key with the same message
     * gives the first answer again within 24 hours.
     *
     * @throws RefusedException {@code bad_request} for a content that is empty or too large, or a context out of its limits; {@code
     *     not_found} for an unknown recipient; {@code blocked} by the recipient; {@code queue_full}; {@code idempotency_mismatch}
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
        message.context().requireAllowed();
        if (!Tokens.isAddress(message.to())) {
            throw SendMessage.unknownRecipient();
        }
        return commits.commit(new SendMessage(
                caller,
                ids.get(),
                message.to(),
                message.content(),
                message.context(),
                retryable(caller, message),
                settings));
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
        return new Retryable(new IdempotencyKey(caller.address(), key), Fingerprint.of(message));
    }

    /**
     * Takes the oldest messages of the caller's queue. They stay leased until {@link #confirm} or {@link #giveBack}; one of the
     * two must follow. Empty when nothing waits.
     *
     * @throws RefusedException {@code unavailable} also while what was handed out before cannot be settled
     */
    public TakenMessages take(AgentCaller caller, int messagesMax) {
        leases.settle(caller.address());
        if (!store.hasWaiting(caller.address())) {
            return TakenMessages.NONE;
        }
        MessageLease lease = commits.commit(
                LeaseMessages.forPull(caller, ids.get(), messagesMax, ANSWER_BYTES_MAX, TAKE_LEASE, takes));
        if (lease.messages().isEmpty()) {
            return TakenMessages.NONE;
        }
        return new TakenMessages(Optional.of(lease), read(lease), lease.remaining());
    }

    /** The same, and waits for a message when there is none. */
    public TakenMessages take(AgentCaller caller, int messagesMax, Patience patience) {
        return await(caller, patience, () -> take(caller, messagesMax), TakenMessages.NONE);
    }

    /** Looks until something is there, woken by hints; what was found is never left behind. */
    private <T> T await(AgentCaller caller, Patience patience, Supplier<T> look, T nothing) {
        T first = look.get();
        if (!first.equals(nothing) || patience.atMost().isZero()) {
            return first;
        }
        long deadline = System.nanoTime() + patience.atMost().toNanos();
        try (MailWaiters.Waiter waiter = waiters.enter(caller.address())) {
            do {
                waiter.standInLine();
                if (!patience.clientIsThere().getAsBoolean()) {
                    return nothing;
                }
                T found = look.get();
                if (!found.equals(nothing)) {
                    return found;
                }
            } while (waiter.await(deadline));
            return nothing;
        }
    }

    /** What must be told of hints, so that whoever waits learns of them. */
    public Wakeups.Listener waitingRequests() {
        return waiters;
    }

    /** How many requests wait for a message. */
    public int waiting() {
        return waiters.waiting();
    }

    /** Answers every request that waits, with nothing, and lets none wait any more: the kernel is about to stop. */
    public void endWaiting() {
        waiters.end();
    }

    private List<QueuedMessage> read(MessageLease lease) {
        try {
            return store.read(lease.recipient(), lease.seqs());
        } catch (RuntimeException unreadable) {
            leases.giveBack(new ReturnMessages(lease.recipient(), lease.leaseId(), lease.seqs(), false));
            throw unreadable;
        }
    }

    /** The answer was flushed without error: its messages have left the queue for good. */
    public void confirm(TakenMessages taken) {
        taken.lease()
                .ifPresent(lease -> leases.confirm(new AcknowledgeMessages(
                        lease.recipient(), lease.leaseId(), lease.seqs(), DeliveryMethod.PULL)));
    }

    /** The answer did not reach the client: its messages wait again, in their old places. */
    public void giveBack(TakenMessages taken) {
        taken.lease()
                .ifPresent(lease ->
                        leases.giveBack(new ReturnMessages(lease.recipient(), lease.leaseId(), lease.seqs(), false)));
    }

    /**
     * Leases the oldest messages of the caller's queue to one of its workers, until it acknowledges or returns them or the lease
     * runs out; durable when this returns. No message is with two workers at once while its lease holds.
     *
     * @param holder a worker, or the sockets of a process
     * @throws RefusedException {@code bad_request} for a lease that is not between {@link #LEASE_MIN} and {@link #LEASE_MAX}
     */
    public Deliveries lease(AgentCaller caller, LeaseHolder holder, int messagesMax, Duration lease) {
        return lease(caller, holder, messagesMax, ANSWER_BYTES_MAX, lease);
    }

    /**
     * The same with a bound of its own for the content.
     *
     * @param contentBytesMax most bytes of content, unless the first message alone is larger
     */
    public Deliveries lease(
            AgentCaller caller, LeaseHolder holder, int messagesMax, long contentBytesMax, Duration lease) {
        requireLeaseTime(lease);
        leases.settle(caller.address());
        return store.hasWaiting(caller.address())
                ? commitLease(caller, holder, messagesMax, contentBytesMax, lease)
                : Deliveries.NONE;
    }

    /** The same for whoever knows that a message waits: without a look before, and with a commit even if there is none after all. */
    public Deliveries leaseExpected(
            AgentCaller caller, LeaseHolder holder, int messagesMax, long contentBytesMax, Duration lease) {
        requireLeaseTime(lease);
        leases.settle(caller.address());
        return commitLease(caller, holder, messagesMax, contentBytesMax, lease);
    }

    private Deliveries commitLease(
            AgentCaller caller, LeaseHolder holder, int messagesMax, long contentBytesMax, Duration lease) {
        return deliveries(
                commits.commit(LeaseMessages.forPull(caller, ids.get(), messagesMax, contentBytesMax, lease, holder)));
    }

    /** The same, and waits for a message when there is none. */
    public Deliveries lease(
            AgentCaller caller, LeaseHolder holder, int messagesMax, Duration lease, Patience patience) {
        return await(caller, patience, () -> lease(caller, holder, messagesMax, lease), Deliveries.NONE);
    }

    /** Leases the oldest messages that wait to be posted to an agent's webhook, for the kernel's own delivery. */
    public Deliveries leaseForPush(String recipient, LeaseHolder holder, int messagesMax, Duration lease) {
        leases.settle(recipient);
        return deliveries(commits.commit(new LeaseMessages(
                null, new QueueRef(recipient, Route.PUSH), ids.get(), messagesMax, ANSWER_BYTES_MAX, lease, holder)));
    }

    private Deliveries deliveries(MessageLease lease) {
        if (lease.messages().isEmpty()) {
            return Deliveries.NONE;
        }
        Map<Long, LeasedMessage> leased = HashMap.newHashMap(lease.messages().size());
        lease.messages().forEach(message -> leased.put(message.seq(), message));
        List<Delivery> deliveries = new ArrayList<>(leased.size());
        for (QueuedMessage message : read(lease)) {
            LeasedMessage held = Objects.requireNonNull(leased.get(message.seq()), "a message that was not asked for");
            deliveries.add(new Delivery(message, held.attempt(), lease.leaseId(), lease.leasedUntil()));
        }
        return new Deliveries(deliveries, lease.remaining());
    }

    /**
     * Removes what the caller's workers hold as delivered; durable when this returns. Each is acknowledged at most once: what names
     * nothing that they hold comes back as unknown.
     */
    public LeaseChanges acknowledge(AgentCaller caller, NamedLeases named, DeliveryMethod method) {
        return commits.commit(new AcknowledgeLeases(caller, named, method));
    }

    /**
     * Gives what the caller's workers hold back, each message at its old place; what was handed out too often is a dead letter
     * instead.
     *
     * @param delay how long nobody gets them
     * @throws RefusedException {@code bad_request} for a delay that is negative or above {@link #DELAY_MAX}
     */
    public LeaseChanges nack(AgentCaller caller, NamedLeases named, Duration delay) {
        if (delay.isNegative() || delay.compareTo(DELAY_MAX) > 0) {
            throw RefusedException.badRequest(
                    "The delay is " + delay.toSeconds() + " seconds; 0 to " + DELAY_MAX.toSeconds() + " are allowed.");
        }
        return commits.commit(new ReturnLeases(caller, named, rest(delay), settings.attemptsMax()));
    }

    /**
     * Lets what the caller's workers hold stay in their hands for so long from now on.
     *
     * @throws RefusedException {@code bad_request} for a lease that is not between {@link #LEASE_MIN} and {@link #LEASE_MAX}
     */
    public LeaseChanges extend(AgentCaller caller, NamedLeases named, Duration lease) {
        requireLeaseTime(lease);
        return commits.commit(new ExtendLeases(caller, named, lease));
    }

    private static void requireLeaseTime(Duration lease) {
        if (lease.compareTo(LEASE_MIN) < 0 || lease.compareTo(LEASE_MAX) > 0) {
            throw RefusedException.badRequest("The lease is " + lease.toSeconds() + " seconds; " + LEASE_MIN.toSeconds()
                    + " to " + LEASE_MAX.toSeconds() + " are allowed.");
        }
    }

    private Rest rest(Duration delay) {
        return delay.isZero() ? Rest.NONE : new Rest(delay, ids.get());
    }

    /** The delivery reached its recipient: it leaves the queue, now or as soon as the storage takes that. */
    public void confirm(Delivery delivery, DeliveryMethod method) {
        leases.confirm(new AcknowledgeMessages(
                delivery.message().to(),
                delivery.claimId(),
                List.of(delivery.message().seq()),
                method));
    }

    /**
     * The delivery did not reach its recipient, or its worker is gone: it waits again, now or as soon as the storage takes that.
     *
     * @param onto the route that it takes from now on
     * @param delay how long nobody gets it
     */
    public void giveBack(Delivery delivery, Route onto, Duration delay) {
        leases.giveBack(new ReturnMessages(
                delivery.message().to(),
                delivery.claimId(),
                List.of(delivery.message().seq()),
                false,
                onto,
                rest(delay),
                MessagingSettings.ATTEMPTS_UNLIMITED));
    }

    /** Messages whose holder is gone wait again, each at its old place, now or as soon as the storage takes that. */
    public void giveBack(List<HeldLease> held) {
        leases.giveBack(held);
    }
}
