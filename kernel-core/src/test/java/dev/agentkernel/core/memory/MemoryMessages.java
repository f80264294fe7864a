package dev.agentkernel.core.memory;

import dev.agentkernel.core.memory.MemoryTables.Message;
import dev.agentkernel.core.messages.ExpiredMessage;
import dev.agentkernel.core.messages.HeldLease;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.QueueDepth;
import dev.agentkernel.core.messages.QueueTotals;
import dev.agentkernel.core.messages.QueuedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.storage.MessageStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What is in the queues. Guarded by the monitor of the tables, as all of the storage. */
final class MemoryMessages implements MessageStore {

    private final MemoryTables tables;
    private final InstantSource clock;
    private final Deque<RuntimeException> failingReads = new ArrayDeque<>();
    private int missingReads;

    /** Over the tables; what has expired by the clock has expired. */
    MemoryMessages(MemoryTables tables, InstantSource clock) {
        this.tables = tables;
        this.clock = clock;
    }

    void failNextRead(RuntimeException failure) {
        synchronized (tables) {
            failingReads.addLast(failure);
        }
    }

    void missNextReads(int reads) {
        synchronized (tables) {
            missingReads = reads;
        }
    }

    int missingReads() {
        synchronized (tables) {
            return missingReads;
        }
    }

    @Override
    public boolean hasWaiting(String recipient) {
        synchronized (tables) {
            return tables.queueRow(recipient).pullWaiting() > 0;
        }
    }

    @Override
    public QueueDepth depth(String recipient) {
        synchronized (tables) {
            var row = tables.queueRow(recipient);
            return new QueueDepth(row.depth(), row.bytes(), row.pullWaiting());
        }
    }

    @Override
    public QueueTotals queueTotals() {
        synchronized (tables) {
            long bytes =
                    tables.messages.values().stream().mapToLong(Message::bytes).sum();
            return new QueueTotals(tables.messages.size(), bytes, 0);
        }
    }

    @Override
    public List<QueuedMessage> read(String recipient, List<Long> seqs) {
        synchronized (tables) {
            MemoryStorage.throwIfOrdered(failingReads);
            if (missingReads > 0) {
                missingReads--;
                return List.of();
            }
            return seqs.stream()
                    .flatMap(seq -> Optional.ofNullable(tables.messages.get(seq)).stream())
                    .filter(message -> message.recipient().equals(recipient))
                    .map(MemoryMessages::queued)
                    .toList();
        }
    }

    private static QueuedMessage queued(Message message) {
        var sent = message.sent();
        return new QueuedMessage(
                message.seq(),
                sent.messageId(),
                sent.from(),
                sent.to(),
                sent.content(),
                message.time(),
                sent.context());
    }

    @Override
    public List<HeldLease> expiredLeases(int leasesMax) {
        synchronized (tables) {
            Instant now = clock.instant();
            return tables.messages.values().stream()
                    .filter(message -> message.lease()
                            .filter(lease -> !lease.leasedUntil().isAfter(now))
                            .isPresent())
                    .sorted(Comparator.comparing(
                            message -> message.lease().orElseThrow().leasedUntil()))
                    .limit(leasesMax)
                    .map(MemoryMessages::held)
                    .toList();
        }
    }

    @Override
    public List<HeldLease> leasesHeldBy(String leasedBy, long afterSeq, int leasesMax) {
        synchronized (tables) {
            return tables.messages.values().stream()
                    .filter(message -> message.seq() > afterSeq)
                    .filter(message -> message.lease()
                            .filter(lease -> lease.leasedBy().equals(leasedBy))
                            .isPresent())
                    .limit(leasesMax)
                    .map(MemoryMessages::held)
                    .toList();
        }
    }

    @Override
    public List<ExpiredMessage> expiredMessages(int messagesMax) {
        synchronized (tables) {
            Instant now = clock.instant();
            return tables.messages.values().stream()
                    .filter(message -> message.lease().isEmpty() && message.isExpiredAt(now))
                    .limit(messagesMax)
                    .map(message -> new ExpiredMessage(message.recipient(), message.seq()))
                    .toList();
        }
    }

    @Override
    public List<LeasedMessage> deadLetters(String recipient, long afterSeq, int lettersMax) {
        synchronized (tables) {
            return dead(recipient)
                    .filter(message -> message.seq() > afterSeq)
                    .limit(lettersMax)
                    .map(message -> new LeasedMessage(
                            message.seq(), message.sent().messageId(), message.bytes(), message.attempts()))
                    .toList();
        }
    }

    @Override
    public long deadLetterCount(String recipient) {
        synchronized (tables) {
            return dead(recipient).count();
        }
    }

    private Stream<Message> dead(String recipient) {
        return tables.messages.values().stream()
                .filter(message -> message.recipient().equals(recipient) && message.route() == Route.DEAD);
    }

    private static HeldLease held(Message message) {
        return new HeldLease(message.recipient(), message.lease().orElseThrow().leaseId(), message.seq());
    }
}
