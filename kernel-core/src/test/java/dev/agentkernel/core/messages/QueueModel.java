package dev.agentkernel.core.messages;

import dev.agentkernel.core.ErrorCode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What queues should do, told a second time and as simply as possible: plain maps that each request changes directly, without
 * records. What arrives in a batch, or comes back in it, can be leased from the next batch on.
 */
final class QueueModel {

    private final MessagingSettings settings;
    private final Map<String, TreeMap<Long, Message>> queues = new HashMap<>();
    private final Map<IdempotencyKey, Remembered> remembered = new HashMap<>();
    private long lastSeq;
    private int batch;
    private Instant now = Instant.EPOCH;

    private record Message(
            UUID id, int bytes, int attempts, int waitsSinceBatch, Optional<UUID> lease, Instant until) {}

    private record Remembered(String what, SentMessage answer, Instant expiresAt) {}

    QueueModel(MessagingSettings settings, long lastSeq, List<String> agents) {
        this.settings = settings;
        this.lastSeq = lastSeq;
        agents.forEach(agent -> queues.put(agent, new TreeMap<>()));
    }

    void nextBatch(Instant clock) {
        batch++;
        now = clock.isAfter(now) ? clock : now;
    }

    /** The answer, or the code of the refusal. */
    Object send(SendMessage send) {
        String from = send.caller().address();
        if (send.caller().credentialVersion() != 1) {
            return ErrorCode.UNAUTHORIZED;
        }
        String what = send.to() + " " + send.content().toUtf8();
        SendMessage.Retryable retryable = send.retryable();
        Remembered before = retryable == null ? null : remembered.get(retryable.key());
        if (before != null && before.expiresAt().isAfter(now)) {
            return before.what().equals(what) ? before.answer() : ErrorCode.IDEMPOTENCY_MISMATCH;
        }
        TreeMap<Long, Message> queue = queues.get(send.to());
        if (queue == null) {
            return ErrorCode.NOT_FOUND;
        }
        int bytes = send.content().size();
        if (queue.size() == settings.queueMessagesMax() || allBytes() + bytes > settings.totalQueueBytesMax()) {
            return ErrorCode.QUEUE_FULL;
        }
        queue.put(++lastSeq, new Message(send.messageId(), bytes, 0, batch, Optional.empty(), Instant.MIN));
        SentMessage answer = new SentMessage(send.messageId(), from, send.to(), now);
        if (retryable != null) {
            remembered.put(retryable.key(), new Remembered(what, answer, now.plus(Duration.ofHours(24))));
        }
        return answer;
    }

    Object lease(LeaseMessages lease) {
        String recipient = lease.queue().recipient();
        if (Objects.requireNonNull(lease.caller()).credentialVersion() != 1) {
            return ErrorCode.UNAUTHORIZED;
        }
        List<LeasedMessage> leased = new ArrayList<>();
        long bytes = 0;
        for (Map.Entry<Long, Message> entry : queues.get(recipient).entrySet()) {
            Message message = entry.getValue();
            if (message.lease().isPresent() || message.waitsSinceBatch() == batch) {
                continue;
            }
            bytes += message.bytes();
            if (leased.size() == lease.messagesMax() || (!leased.isEmpty() && bytes > lease.contentBytesMax())) {
                break;
            }
            leased.add(new LeasedMessage(entry.getKey(), message.id(), message.bytes(), message.attempts() + 1));
            entry.setValue(new Message(
                    message.id(),
                    message.bytes(),
                    message.attempts() + 1,
                    message.waitsSinceBatch(),
                    Optional.of(lease.leaseId()),
                    now.plus(lease.lease())));
        }
        return new MessageLease(recipient, lease.leaseId(), now.plus(lease.lease()), leased, waiting(recipient));
    }

    Object acknowledge(AcknowledgeMessages acknowledge) {
        List<UUID> acknowledged = new ArrayList<>();
        TreeMap<Long, Message> queue = queues.get(acknowledge.recipient());
        for (Long seq : acknowledge.seqs()) {
            Message message = queue.get(seq);
            if (message != null && message.lease().equals(Optional.of(acknowledge.leaseId()))) {
                queue.remove(seq);
                acknowledged.add(message.id());
                lastSeq++;
            }
        }
        return acknowledged;
    }

    Object giveBack(ReturnMessages giveBack) {
        int returned = 0;
        TreeMap<Long, Message> queue = queues.get(giveBack.recipient());
        for (Long seq : giveBack.seqs()) {
            Message message = queue.get(seq);
            if (message != null
                    && message.lease().equals(Optional.of(giveBack.leaseId()))
                    && (!giveBack.onlyExpired() || !now.isBefore(message.until()))) {
                queue.put(
                        seq,
                        new Message(
                                message.id(),
                                message.bytes(),
                                message.attempts(),
                                batch,
                                Optional.empty(),
                                Instant.MIN));
                returned++;
            }
        }
        return returned;
    }

    QueueDepth depth(String agent) {
        TreeMap<Long, Message> queue = queues.get(agent);
        return new QueueDepth(
                queue.size(), queue.values().stream().mapToLong(Message::bytes).sum(), waiting(agent));
    }

    /** Places in a queue, whoever holds them. */
    List<Long> seqs(String agent) {
        return List.copyOf(queues.get(agent).keySet());
    }

    /** Every message that somebody holds. */
    List<HeldLease> held() {
        List<HeldLease> held = new ArrayList<>();
        queues.forEach((recipient, queue) -> queue.forEach(
                (seq, message) -> message.lease().ifPresent(lease -> held.add(new HeldLease(recipient, lease, seq)))));
        return held;
    }

    long lastSeq() {
        return lastSeq;
    }

    private long waiting(String agent) {
        return queues.get(agent).values().stream()
                .filter(message -> message.lease().isEmpty())
                .count();
    }

    private long allBytes() {
        return queues.keySet().stream()
                .mapToLong(agent -> depth(agent).contentBytes())
                .sum();
    }
}
