package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.DeadRow;
import dev.agentkernel.core.commit.LeaseRow;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;

/**
 * Makes changes of every kind at random, from a seed. It learns from what was committed who and what exists; whether a change
 * is possible it finds out from the rows, as the kernel's own mutations do.
 */
final class RandomChanges extends RandomRegistryChanges {

    private final Map<Long, LogRecord.MessagesLeased> leased = new LinkedHashMap<>();
    private final Map<Long, LogRecord.MessageSent> sent = new LinkedHashMap<>();
    private final Map<UUID, String> dead = new LinkedHashMap<>();
    private long removals;

    RandomChanges(long seed) {
        super(seed);
    }

    /** Takes note of what is committed, so that later changes can be about it. */
    void learn(List<StampedRecord> committed) {
        for (StampedRecord stamped : committed) {
            switch (stamped.record()) {
                case LogRecord.OperatorCreated r -> operators.add(r.operatorId());
                case LogRecord.AgentRegistered r -> agents.add(r.address());
                case LogRecord.MessagesLeased r -> r.messages().forEach(message -> leased.put(message.seq(), r));
                case LogRecord.LeaseReplaced r -> {}
                case LogRecord.MessagesReturned r -> r.messages().forEach(message -> leased.remove(message.seq()));
                case LogRecord.MessageDelivered r -> leased.remove(r.messageSeq());
                case LogRecord.MessageDead r -> {
                    leased.remove(r.messageSeq());
                    dead.put(r.messageId(), r.to());
                }
                case LogRecord.MessageExpired r -> leased.remove(r.copy().seq());
                case LogRecord.DeadLetterRequeued r -> {}
                case LogRecord.DeadLetterDeleted r -> {}
                case LogRecord.AgentDeregistered r -> {
                    agents.remove(r.address());
                    leased.values().removeIf(lease -> lease.recipient().equals(r.address()));
                }
                case LogRecord.ProfileChanged r -> {}
                case LogRecord.SenderBlocked r -> {}
                case LogRecord.SenderUnblocked r -> {}
                case LogRecord.AgentTokenRotated r -> {}
                case LogRecord.WebhookChanged r -> {}
                case LogRecord.WebhookHealthChanged r -> {}
                case LogRecord.MessagesRerouted r -> {}
                case LogRecord.OperatorKeyRotated r -> {}
                case LogRecord.ChallengeUsed r -> {}
                case LogRecord.MessageSent r -> sent.put(stamped.seq(), r);
                case LogRecord.StateWritten r -> {}
                case LogRecord.StateDeleted r -> {}
                case LogRecord.StateRead r -> {}
                case LogRecord.RegistryRead r -> {}
                case LogRecord.ContentRemoved r -> {
                    removals = r.removal().number();
                    if (r.copy() != null) {
                        leased.remove(r.copy().seq());
                    }
                }
                case LogRecord.ContentErased r -> {}
            }
        }
    }

    /** Some changes for one batch. */
    List<Change> batch(int changesMax) {
        List<Change> changes = new ArrayList<>();
        int count = 1 + random.nextInt(changesMax);
        while (changes.size() < count) {
            changes.add(next());
        }
        return changes;
    }

    /** Records of reads. */
    List<LogRecord> notes() {
        return agents.isEmpty() || random.nextInt(3) > 0
                ? List.of()
                : List.of(
                        new LogRecord.StateRead(key(), any(agents), random.nextBoolean()),
                        new LogRecord.RegistryRead(any(agents)));
    }

    private Change next() {
        if (operators.isEmpty()) {
            return createOperator();
        }
        if (agents.size() < 2) {
            return registerAgent();
        }
        return switch (random.nextInt(36)) {
            case 0 -> createOperator();
            case 1 -> registerAgent();
            case 2 -> rotateKey();
            case 3, 4, 5, 6, 7, 8 -> send();
            case 9, 10, 11 -> lease();
            case 12, 13 -> deliver();
            case 14 -> random.nextBoolean() ? giveBack() : replaceLease();
            case 15, 16, 17 -> writeState();
            case 18 -> deleteState();
            case 19 -> rotateToken();
            case 20 -> changeWebhook();
            case 21 -> random.nextBoolean() ? deregister() : registerAgent();
            case 22 -> registerAgent();
            case 25 -> reroute();
            case 26 -> changeHealth();
            case 23 -> changeProfile();
            case 24 -> changeBlock();
            case 27 -> removeState();
            case 28 -> removals > 0 && random.nextBoolean() ? markErased() : removeMessage();
            case 29, 30 -> die();
            case 31 -> requeue();
            case 32 -> deleteDead();
            case 33, 34 -> expire();
            default -> writeState();
        };
    }

    private Change reroute() {
        String recipient = any(agents);
        return new Change(
                needs -> HandOverWaiting.require(recipient, needs),
                rows -> HandOverWaiting.records(recipient, rows),
                false);
    }

    private Change removeState() {
        String key = key();
        ByteString hash = bytes(32);
        return new Change(
                needs -> {
                    needs.stateKey(key);
                    needs.stateTotals();
                    needs.removal(RemovalTarget.state(key));
                },
                rows -> List.of(new LogRecord.ContentRemoved(
                        removal(rows, RemovalTarget.state(key), hash),
                        0,
                        rows.state(key).map(StateRow::valueBytes).orElse(-1),
                        null)),
                false);
    }

    private Change removeMessage() {
        if (sent.isEmpty()) {
            return send();
        }
        long seq = any(sent.keySet());
        LogRecord.MessageSent message = sent.get(seq);
        ByteString hash = bytes(32);
        return new Change(
                needs -> {
                    needs.queuedMessage(message.to(), seq);
                    needs.queueTotals();
                    needs.removal(RemovalTarget.message(message.messageId()));
                },
                rows -> List.of(new LogRecord.ContentRemoved(
                        removal(rows, RemovalTarget.message(message.messageId()), hash),
                        seq,
                        -1,
                        rows.queued(seq)
                                .map(row -> new QueuedCopy(
                                        row.recipient(), seq, row.route(), row.contentBytes(), row.waiting()))
                                .orElse(null))),
                false);
    }

    private static Removal removal(WorkingSet rows, RemovalTarget target, ByteString hash) {
        long number = rows.lastRemoval().number() + 1;
        ByteString before = rows.lastRemoval().entryHash();
        return new Removal(number, target, "reason", "somebody", hash, rows.now(), before, hash);
    }

    private Change markErased() {
        long number = 1 + random.nextLong(removals);
        return new Change(needs -> {}, rows -> List.of(new LogRecord.ContentErased(number)), false);
    }

    private Change send() {
        String from = any(agents);
        String to = any(agents);
        UUID id = uuid();
        ByteString content = content();
        Route route = random.nextInt(4) == 0 ? Route.PUSH : Route.PULL;
        MessageContext context = new MessageContext(
                random.nextBoolean() ? ByteString.ofUtf8(text(20)).orElseThrow() : null,
                random.nextBoolean() ? uuid() : null,
                random.nextInt(3) == 0 ? Duration.ofSeconds(1 + random.nextInt(100)) : null);
        boolean retryable = random.nextInt(3) == 0;
        String key = "key-" + random.nextInt(20) + "-é";
        ByteString fingerprint = bytes(32);
        return new Change(
                needs -> {
                    needs.agent(from);
                    needs.queue(to);
                    needs.queueTotals();
                    needs.idempotencyKey(new IdempotencyKey(from, key));
                },
                rows -> {
                    if (rows.agent(from).isEmpty() || rows.agent(to).isEmpty()) {
                        return List.of();
                    }
                    if (retryable
                            && rows.idempotency(new IdempotencyKey(from, key)).isPresent()) {
                        return List.of();
                    }
                    IdempotencyEntry entry = retryable
                            ? new IdempotencyEntry(key, fingerprint, rows.now().plus(Duration.ofHours(24)))
                            : null;
                    return List.of(new LogRecord.MessageSent(id, from, to, content, context, route, entry));
                },
                true);
    }

    private Change lease() {
        String recipient = any(agents);
        Route route = random.nextInt(4) == 0 ? Route.PUSH : Route.PULL;
        int most = 1 + random.nextInt(5);
        UUID leaseId = uuid();
        return new Change(
                needs -> needs.claim(recipient, route, most),
                rows -> {
                    List<LeasedMessage> chosen = rows.waiting(new QueueRef(recipient, route)).stream()
                            .limit(most)
                            .map(row -> new LeasedMessage(
                                    row.seq(), row.messageId(), row.contentBytes(), row.attempts() + 1))
                            .toList();
                    return chosen.isEmpty()
                            ? List.of()
                            : List.of(new LogRecord.MessagesLeased(
                                    recipient,
                                    route,
                                    leaseId,
                                    rows.now().plus(Duration.ofSeconds(60)),
                                    "worker@" + random.nextInt(3),
                                    chosen));
                },
                false);
    }

    private Change deliver() {
        return ofLeased(row -> new LogRecord.MessageDelivered(
                row.message().messageId(),
                row.recipient(),
                DeliveryMethod.values()[random.nextInt(3)],
                row.message().seq(),
                row.message().contentBytes()));
    }

    private Change die() {
        return ofLeased(row -> new LogRecord.MessageDead(
                row.message().messageId(),
                row.recipient(),
                row.message().attempt(),
                row.message().seq()));
    }

    /** Whatever its time: what tables make of it does not depend on that. */
    private Change expire() {
        if (sent.isEmpty()) {
            return send();
        }
        long seq = any(sent.keySet());
        LogRecord.MessageSent message = sent.get(seq);
        return new Change(
                needs -> {
                    needs.queuedMessage(message.to(), seq);
                    needs.queueTotals();
                },
                rows -> rows.queued(seq)
                        .map(row -> List.<LogRecord>of(new LogRecord.MessageExpired(
                                row.messageId(),
                                new QueuedCopy(row.recipient(), seq, row.route(), row.contentBytes(), row.waiting()))))
                        .orElse(List.of()),
                false);
    }

    private Change requeue() {
        Route onto = random.nextInt(3) == 0 ? Route.PUSH : Route.PULL;
        return ofDead(row -> new LogRecord.DeadLetterRequeued(row.recipient(), row.seq(), onto));
    }

    private Change deleteDead() {
        return ofDead(row -> new LogRecord.DeadLetterDeleted(row.recipient(), row.seq(), row.contentBytes()));
    }

    private Change ofDead(Function<DeadRow, LogRecord> fate) {
        if (dead.isEmpty()) {
            return die();
        }
        UUID messageId = any(dead.keySet());
        String recipient = Objects.requireNonNull(dead.get(messageId));
        return new Change(
                needs -> {
                    needs.deadLetter(recipient, messageId);
                    needs.queueTotals();
                },
                rows -> rows.deadLetter(messageId)
                        .map(row -> List.of(fate.apply(row)))
                        .orElse(List.of()),
                false);
    }

    private Change giveBack() {
        Route onto = random.nextInt(4) == 0 ? Route.PUSH : Route.PULL;
        return ofLeased(row -> new LogRecord.MessagesReturned(row.recipient(), onto, List.of(row.message())));
    }

    private Change replaceLease() {
        UUID leaseId = uuid();
        return ofLeased(row -> new LogRecord.LeaseReplaced(
                row.recipient(),
                row.route(),
                leaseId,
                row.leasedUntil().plusSeconds(10),
                "worker@" + random.nextInt(3),
                List.of(row.message())));
    }

    private interface Ending {
        LogRecord of(LeaseRow row);
    }

    private Change ofLeased(Ending ending) {
        if (leased.isEmpty()) {
            return lease();
        }
        long seq = any(leased.keySet());
        String recipient = leased.get(seq).recipient();
        return new Change(
                needs -> {
                    needs.leasedMessage(recipient, seq);
                    needs.queueTotals();
                },
                rows -> rows.lease(seq).map(row -> List.of(ending.of(row))).orElse(List.of()),
                false);
    }

    private Change writeState() {
        String key = key();
        ByteString value = content();
        String writer = any(agents);
        return new Change(
                needs -> {
                    needs.stateKey(key);
                    needs.stateTotals();
                },
                rows -> List.of(new LogRecord.StateWritten(
                        key,
                        value,
                        writer,
                        rows.state(key).map(StateRow::valueBytes).orElse(-1))),
                true);
    }

    private Change deleteState() {
        String key = key();
        String deleter = any(agents);
        return new Change(
                needs -> {
                    needs.stateKey(key);
                    needs.stateTotals();
                },
                rows -> rows.state(key)
                        .map(row -> List.<LogRecord>of(new LogRecord.StateDeleted(key, deleter, row.valueBytes())))
                        .orElse(List.of()),
                false);
    }
}
