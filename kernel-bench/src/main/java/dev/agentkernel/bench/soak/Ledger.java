package dev.agentkernel.bench.soak;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What the outside knows of messages: what was sent, what was answered, what arrived, what was acknowledged. It holds the kernel to
 * this: a message that was accepted arrives; one that arrived arrives again only as it may; whatever is asked again with the same key
 * is done once. Safe for use by many threads; times are by {@link System#nanoTime}.
 */
final class Ledger {

    /** Clocks and threads that are late. */
    private static final long LEASE_MARGIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int REMEMBERED_KEYS = 256;

    /** How the kernel was told that a message has arrived. */
    enum Settlement {
        /** By an answer that went out or a push that was answered: a fault may make the kernel forget that. */
        GIVEN,
        /** By an acknowledgement that the kernel has answered: it is never seen again. */
        ACKNOWLEDGED
    }

    private static final class Entry {
        private final Post post;
        private @Nullable String acceptedId;
        private @Nullable String arrivedId;
        private @Nullable Settlement settlement;
        private long settledNanos;
        private long leasedUntilNanos;
        private boolean leased;
        /** An acknowledgement had no answer: the message is gone or comes again. */
        private boolean inDoubt;

        /** Since it was accepted its recipient asked for messages and got no answer, which may have carried it off. */
        private boolean asked;

        private Entry(Post post) {
            this.post = post;
        }
    }

    private final Faults faults;
    private final Violations violations;
    private final Map<Long, Entry> entries = new HashMap<>();
    private final Map<String, Entry> byMessageId = new HashMap<>();
    private final Deque<Post> toBeRetried = new ArrayDeque<>();
    private final List<Post> recentlyKeyed = new ArrayList<>();
    private long numbers;
    private long accepted;
    private long acceptedKeys;
    private long settledAndAccepted;
    private long cameAgain;
    private long retried;

    Ledger(Faults faults, Violations violations) {
        this.faults = faults;
        this.violations = violations;
    }

    synchronized Post sending(int from, int to, boolean keyed) {
        Post post = new Post(++numbers, from, to, keyed);
        entries.put(post.number(), new Entry(post));
        return post;
    }

    /** The kernel has accepted a post, perhaps not for the first time. */
    synchronized void accepted(Post post, String messageId) {
        Entry entry = entryOf(post);
        if (entry.acceptedId == null) {
            entry.acceptedId = messageId;
            accepted++;
            acceptedKeys += post.keyed() ? 1 : 0;
            settledAndAccepted += entry.settlement == null ? 0 : 1;
        } else {
            retried++;
        }
        if (!messageId.equals(entry.acceptedId)) {
            violations.add("post " + post.number() + " was accepted as " + entry.acceptedId
                    + " and, with the same key, as " + messageId);
        }
        if (entry.arrivedId != null && !messageId.equals(entry.arrivedId)) {
            violations.add(
                    "post " + post.number() + " arrived as " + entry.arrivedId + " and was accepted as " + messageId);
        }
        if (post.keyed()) {
            if (recentlyKeyed.size() == REMEMBERED_KEYS) {
                recentlyKeyed.removeFirst();
            }
            recentlyKeyed.add(post);
        }
    }

    /** The post may have been accepted or not; one with a key has to be sent again. */
    synchronized void unanswered(Post post) {
        if (post.keyed()) {
            toBeRetried.add(post);
        }
    }

    /** A post whose answer is still owed. */
    synchronized Optional<Post> nextRetry() {
        return Optional.ofNullable(toBeRetried.poll());
    }

    /** A post that was accepted with a key not long ago, chosen by any number. */
    synchronized Optional<Post> acceptedWithKey(int choice) {
        return recentlyKeyed.isEmpty()
                ? Optional.empty()
                : Optional.of(recentlyKeyed.get(Math.floorMod(choice, recentlyKeyed.size())));
    }

    /** A message has come to an agent, who has not told the kernel yet; returns whether it is one that was sent. */
    synchronized boolean arrived(int recipient, ArrivedMessage message, long nowNanos) {
        OptionalLong number = Post.numberIn(message.content());
        Entry entry = number.isPresent() ? entries.get(number.getAsLong()) : null;
        if (entry == null || entry.post.to() != recipient) {
            violations.add("agent " + recipient + " got a message that nobody sent it: " + message);
            return false;
        }
        String name = "post " + entry.post.number() + ", message " + message.id() + ",";
        if (entry.acceptedId != null && !entry.acceptedId.equals(message.id())) {
            violations.add(name + " was accepted as " + entry.acceptedId);
        }
        if (entry.arrivedId != null && !entry.arrivedId.equals(message.id())) {
            violations.add(name + " arrived before as " + entry.arrivedId + ": it was queued twice");
        }
        if (entry.leased && entry.leasedUntilNanos - LEASE_MARGIN_NANOS - nowNanos > 0) {
            violations.add(name + " was handed to another while its lease held");
        }
        if (entry.settlement != null) {
            again(entry, name, nowNanos);
        }
        entry.arrivedId = message.id();
        entry.leased = false;
        entry.inDoubt = false;
        byMessageId.put(message.id(), entry);
        return true;
    }

    private void again(Entry entry, String name, long nowNanos) {
        if (entry.settlement == Settlement.ACKNOWLEDGED) {
            violations.add(name + " came again although its acknowledgement was answered");
        } else if (faults.mayHaveForgotten(entry.settledNanos, nowNanos)) {
            cameAgain++;
        } else {
            violations.add(name + " came again although the kernel had no reason to forget that it had arrived");
        }
    }

    /** An agent asked for messages and got no answer: that is no reason for one to be lost, but tells where to look. */
    synchronized void unansweredTake(int recipient) {
        for (Entry entry : entries.values()) {
            entry.asked |= entry.post.to() == recipient && entry.acceptedId != null && entry.arrivedId == null;
        }
    }

    /** The message that arrived stays with its worker until a moment. */
    synchronized void leased(String messageId, long untilNanos) {
        Entry entry = arrivedEntry(messageId);
        entry.leased = true;
        entry.leasedUntilNanos = untilNanos;
    }

    /** Whether the lease of a message cannot have ended. */
    synchronized boolean isSurelyLeased(String messageId, long nowNanos) {
        Entry entry = arrivedEntry(messageId);
        return entry.leased && entry.leasedUntilNanos - LEASE_MARGIN_NANOS - nowNanos > 0;
    }

    /** The worker is giving the message back, or is about to say something of which the answer may fail to come. */
    synchronized void released(String messageId) {
        arrivedEntry(messageId).leased = false;
    }

    synchronized void settled(String messageId, Settlement how, long nowNanos) {
        Entry entry = arrivedEntry(messageId);
        if (entry.settlement == null && entry.acceptedId != null) {
            settledAndAccepted++;
        }
        entry.settlement = how;
        entry.settledNanos = nowNanos;
        entry.leased = false;
        entry.inDoubt = false;
    }

    /** An acknowledgement is on its way, whose answer may fail to come. */
    synchronized void inDoubt(String messageId) {
        arrivedEntry(messageId).inDoubt = true;
        arrivedEntry(messageId).leased = false;
    }

    /** The kernel says that it did nothing: the message comes again. */
    synchronized void stillOpen(String messageId) {
        arrivedEntry(messageId).inDoubt = false;
    }

    /** The kernel does not know leases that hold for sure. */
    synchronized void leasesLost(List<String> messageIds, String verb) {
        messageIds.forEach(id -> violations.add(
                "message " + id + " had a lease that held, and " + verb + " was answered that it is unknown"));
    }

    /** Messages that were accepted and have not arrived for good. */
    synchronized long open() {
        return accepted - settledAndAccepted;
    }

    /** The same, of some recipients. */
    synchronized long open(Set<Integer> recipients) {
        return entries.values().stream()
                .filter(entry -> entry.acceptedId != null && entry.settlement == null && !entry.inDoubt)
                .filter(entry -> recipients.contains(entry.post.to()))
                .count();
    }

    synchronized long accepted() {
        return accepted;
    }

    /** How many keys the kernel holds on to, for it has accepted a message under each. */
    synchronized long acceptedKeys() {
        return acceptedKeys;
    }

    /** How often a post was accepted once more under its key. */
    synchronized long retried() {
        return retried;
    }

    /** Messages that came once more because of a fault. */
    synchronized long cameAgain() {
        return cameAgain;
    }

    /**
     * All queues are empty: whatever was accepted must have arrived.
     *
     * @param delivered whether the log says of a message that it was delivered
     */
    synchronized void checkNothingIsLost(Predicate<String> delivered) {
        for (Entry entry : entries.values()) {
            if (entry.acceptedId != null && entry.settlement == null && !entry.inDoubt) {
                violations.add("post " + entry.post.number() + ", accepted as " + entry.acceptedId + " for agent "
                        + entry.post.to() + ", is lost; "
                        + (entry.arrivedId == null ? "it never arrived" : "it arrived and was not acknowledged")
                        + (delivered.test(entry.acceptedId) ? ", by the log it was delivered" : ", by the log it waits")
                        + (entry.asked ? "; a request for messages of that agent had no answer" : ""));
            }
        }
        toBeRetried.forEach(post -> violations.add("post " + post.number() + " never got an answer"));
    }

    /** Message ids by the numbers of the posts that were accepted. */
    synchronized Map<Long, String> acceptedIds() {
        Map<Long, String> ids = new HashMap<>();
        entries.forEach((number, entry) -> {
            if (entry.acceptedId != null) {
                ids.put(number, entry.acceptedId);
            }
        });
        return ids;
    }

    /** Ids of the messages that have arrived for good. */
    synchronized Set<String> settledIds() {
        Set<String> ids = new HashSet<>();
        byMessageId.forEach((id, entry) -> {
            if (entry.settlement != null) {
                ids.add(id);
            }
        });
        return ids;
    }

    private Entry entryOf(Post post) {
        Entry entry = entries.get(post.number());
        if (entry == null) {
            throw new IllegalStateException("post " + post.number() + " was never entered");
        }
        return entry;
    }

    private Entry arrivedEntry(String messageId) {
        Entry entry = byMessageId.get(messageId);
        if (entry == null) {
            throw new IllegalStateException("message " + messageId + " never arrived");
        }
        return entry;
    }
}
