package dev.agentkernel.core.commit;

import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The queues of a {@link WorkingSet}: their counters, and the messages in them as far as decisions look at them. */
final class QueueRows {

    private final Map<String, QueueRow> queues = new HashMap<>();
    private final Map<QueueRef, Deque<WaitingRow>> waiting = new HashMap<>();
    private final Map<Long, LeaseRow> leases = new HashMap<>();
    private final Map<UUID, Long> leasedSeqs = new HashMap<>();
    private final Map<Long, QueuedRow> queued = new HashMap<>();
    private final Map<UUID, DeadRow> dead = new HashMap<>();
    private final Map<SenderRef, Long> waitingFrom = new HashMap<>();
    private final Map<String, Set<Long>> pushing = new HashMap<>();
    private long bytes;

    /** A queue, and one who sends to it. */
    private record SenderRef(String recipient, String sender) {}

    void load(String address, QueueRow row) {
        queues.put(address, row);
    }

    void load(QueueRef queue, WaitingRow row) {
        waiting.computeIfAbsent(queue, any -> new ArrayDeque<>()).addLast(row);
    }

    void load(LeaseRow row) {
        leases.put(row.message().seq(), row);
        leasedSeqs.put(row.message().messageId(), row.message().seq());
    }

    void load(QueuedRow row) {
        queued.put(row.seq(), row);
    }

    void load(DeadRow row) {
        dead.put(row.messageId(), row);
    }

    void loadWaitingFrom(String recipient, String sender, long messages) {
        waitingFrom.put(new SenderRef(recipient, sender), messages);
    }

    void loadPushing(String recipient, long seq) {
        pushing.computeIfAbsent(recipient, any -> new HashSet<>()).add(seq);
    }

    void loadBytes(long ofAllQueues) {
        bytes = ofAllQueues;
    }

    QueueRow queue(String address) {
        return WorkingSet.existing(queues.get(address), "queue", address);
    }

    List<WaitingRow> waiting(QueueRef queue) {
        Deque<WaitingRow> rows = waiting.get(queue);
        return rows == null ? List.of() : new ArrayList<>(rows);
    }

    boolean isPushing(String recipient) {
        return pushing.containsKey(recipient);
    }

    Optional<LeaseRow> lease(long seq) {
        return Optional.ofNullable(leases.get(seq));
    }

    Optional<LeaseRow> leaseOf(UUID messageId) {
        return Optional.ofNullable(leasedSeqs.get(messageId)).flatMap(this::lease);
    }

    Optional<QueuedRow> queued(long seq) {
        return Optional.ofNullable(queued.get(seq)).map(row -> row.with(row.route(), !leases.containsKey(seq)));
    }

    Optional<DeadRow> deadLetter(UUID messageId) {
        return Optional.ofNullable(dead.get(messageId));
    }

    long waitingFrom(String recipient, String sender) {
        return waitingFrom.getOrDefault(new SenderRef(recipient, sender), 0L);
    }

    /** Of all queues together. */
    long bytes() {
        return bytes;
    }

    // Carrying forward, by the batch.

    void dropped(LogRecord.AgentDeregistered r) {
        queues.remove(r.address());
        queued.values().removeIf(row -> row.recipient().equals(r.address()));
        waiting.keySet().removeIf(queue -> queue.recipient().equals(r.address()));
        leases.values().removeIf(lease -> lease.recipient().equals(r.address()));
        dead.values().removeIf(row -> row.recipient().equals(r.address()));
        pushing.remove(r.address());
        bytes -= r.queueBytes();
    }

    void sent(LogRecord.MessageSent r) {
        QueueRow row = queue(r.to());
        int size = r.content().size();
        long pull = r.route() == Route.PULL ? 1 : 0;
        queues.put(r.to(), new QueueRow(row.depth() + 1, row.bytes() + size, row.pullWaiting() + pull));
        bytes += size;
        waitingFrom.computeIfPresent(new SenderRef(r.to(), r.from()), (any, messages) -> messages + 1);
    }

    void leased(LogRecord.MessagesLeased r) {
        QueueRow row = queue(r.recipient());
        Deque<WaitingRow> rows = waiting.getOrDefault(new QueueRef(r.recipient(), r.route()), new ArrayDeque<>());
        for (LeasedMessage message : r.messages()) {
            Instant expiresAt = takeFrom(rows, r.recipient(), message.seq()).expiresAt();
            load(new LeaseRow(
                    r.recipient(), r.route(), r.leaseId(), r.leasedUntil(), r.leasedBy(), message, expiresAt));
            if (r.route() == Route.PUSH) {
                loadPushing(r.recipient(), message.seq());
            }
        }
        queues.put(
                r.recipient(),
                new QueueRow(row.depth(), row.bytes(), row.pullWaiting() - pulls(r.route(), r.messages())));
    }

    /** Mostly the first. */
    private static WaitingRow takeFrom(Deque<WaitingRow> rows, String recipient, long seq) {
        for (Iterator<WaitingRow> each = rows.iterator(); each.hasNext(); ) {
            WaitingRow row = each.next();
            if (row.seq() == seq) {
                each.remove();
                return row;
            }
        }
        throw new IllegalStateException("message " + seq + " was leased but did not wait in the queue of " + recipient);
    }

    private static long pulls(Route route, List<LeasedMessage> messages) {
        return route == Route.PULL ? messages.size() : 0;
    }

    void replaced(LogRecord.LeaseReplaced r) {
        for (LeasedMessage message : r.messages()) {
            LeaseRow before = WorkingSet.existing(leases.get(message.seq()), "lease", message.seq());
            if (r.route() == Route.PULL) {
                endPush(r.recipient(), message.seq());
            }
            route(message.seq(), r.route());
            load(new LeaseRow(
                    r.recipient(), r.route(), r.leaseId(), r.leasedUntil(), r.leasedBy(), message, before.expiresAt()));
        }
    }

    private void endPush(String recipient, long seq) {
        pushing.computeIfPresent(recipient, (address, seqs) -> {
            seqs.remove(seq);
            return seqs.isEmpty() ? null : seqs;
        });
    }

    void returned(LogRecord.MessagesReturned r) {
        r.messages().forEach(message -> endPush(r.recipient(), message.seq()));
        r.messages().forEach(message -> {
            WorkingSet.existing(leases.remove(message.seq()), "lease", message.seq());
            route(message.seq(), r.route());
        });
        QueueRow row = queue(r.recipient());
        queues.put(
                r.recipient(),
                new QueueRow(row.depth(), row.bytes(), row.pullWaiting() + pulls(r.route(), r.messages())));
    }

    /** A message has left its queue, wherever it was in it. */
    void dropped(QueuedCopy copy) {
        forgetDead(copy.seq());
        leases.remove(copy.seq());
        endPush(copy.recipient(), copy.seq());
        waiting.values().forEach(rows -> rows.removeIf(row -> row.seq() == copy.seq()));
        QueueRow row = queue(copy.recipient());
        long pull = copy.waiting() && copy.route() == Route.PULL ? 1 : 0;
        queues.put(
                copy.recipient(),
                new QueueRow(row.depth() - 1, row.bytes() - copy.contentBytes(), row.pullWaiting() - pull));
        bytes -= copy.contentBytes();
    }

    void rerouted(LogRecord.MessagesRerouted r) {
        Deque<WaitingRow> pushed = waiting.getOrDefault(new QueueRef(r.recipient(), Route.PUSH), new ArrayDeque<>());
        Set<Long> moved = new HashSet<>(r.seqs());
        r.seqs().forEach(seq -> route(seq, Route.PULL));
        List<WaitingRow> pulled = new ArrayList<>(waiting(new QueueRef(r.recipient(), Route.PULL)));
        for (WaitingRow row : pushed) {
            if (moved.remove(row.seq())) {
                pulled.add(row);
            }
        }
        if (!moved.isEmpty()) {
            throw new IllegalStateException(
                    "messages " + moved + " were rerouted but did not wait to be pushed to " + r.recipient());
        }
        pushed.removeIf(pulled::contains);
        pulled.sort(Comparator.comparingLong(WaitingRow::seq));
        waiting.put(new QueueRef(r.recipient(), Route.PULL), new ArrayDeque<>(pulled));
        QueueRow row = queue(r.recipient());
        queues.put(
                r.recipient(),
                new QueueRow(
                        row.depth(), row.bytes(), row.pullWaiting() + r.seqs().size()));
    }

    void delivered(LogRecord.MessageDelivered r) {
        queued.remove(r.messageSeq());
        WorkingSet.existing(leases.remove(r.messageSeq()), "lease", r.messageSeq());
        endPush(r.to(), r.messageSeq());
        left(r.to(), r.messageBytes());
    }

    /** A message that did not wait has left its queue. */
    private void left(String recipient, int size) {
        QueueRow row = queue(recipient);
        queues.put(recipient, new QueueRow(row.depth() - 1, row.bytes() - size, row.pullWaiting()));
        bytes -= size;
    }

    void died(LogRecord.MessageDead r) {
        LeaseRow row = WorkingSet.existing(leases.remove(r.messageSeq()), "lease", r.messageSeq());
        route(r.messageSeq(), Route.DEAD);
        load(new DeadRow(r.to(), r.messageSeq(), r.messageId(), row.message().contentBytes()));
    }

    void requeued(LogRecord.DeadLetterRequeued r) {
        dead.values().removeIf(row -> row.seq() == r.messageSeq());
        route(r.messageSeq(), r.route());
        QueueRow row = queue(r.recipient());
        long pull = r.route() == Route.PULL ? 1 : 0;
        queues.put(r.recipient(), new QueueRow(row.depth(), row.bytes(), row.pullWaiting() + pull));
    }

    void deleted(LogRecord.DeadLetterDeleted r) {
        forgetDead(r.messageSeq());
        left(r.recipient(), r.messageBytes());
    }

    private void forgetDead(long seq) {
        queued.remove(seq);
        dead.values().removeIf(row -> row.seq() == seq);
    }

    private void route(long seq, Route route) {
        queued.computeIfPresent(seq, (any, row) -> row.with(route, row.waiting()));
    }
}
