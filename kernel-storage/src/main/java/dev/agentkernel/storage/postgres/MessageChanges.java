package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedCopy;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.StoredContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.ToLongFunction;

/** What a batch changes of messages, queues and idempotency keys. */
final class MessageChanges {

    private static final String LEASE = """
            UPDATE messages m SET lease_id = r.lease_id, leased_until = r.leased_until, leased_by = r.leased_by,
                attempts = r.attempts, route = r.route
            FROM unnest(?::bigint[], ?::uuid[], ?::bigint[], ?::text[], ?::bigint[], ?::bigint[])
                AS r (seq, lease_id, leased_until, leased_by, attempts, route) WHERE m.seq = r.seq""";
    private static final String GIVE_BACK = """
            UPDATE messages m SET lease_id = NULL, leased_until = NULL, leased_by = NULL, route = r.route
            FROM unnest(?::bigint[], ?::bigint[]) AS r (seq, route) WHERE m.seq = r.seq""";
    private static final String REROUTE = "UPDATE messages SET route = 0 WHERE seq = ANY (?)";
    private static final String REVIVE = "UPDATE messages SET attempts = 0 WHERE seq = ANY (?)";
    private static final String REMOVE = "DELETE FROM messages WHERE seq = ANY (?)";
    private static final String INSERT = """
            INSERT INTO messages (seq, message_id, recipient, sender, route, content, content_bytes, sent_at,
                correlation_id, reply_to, expires_at)
            SELECT c.last_seq - ?::bigint + r.place, r.message_id, r.recipient, r.sender, r.route, r.content,
                octet_length(r.content), c.last_time, NULLIF(r.correlation_id, ''::bytea), r.reply_to,
                c.last_time + NULLIF(r.time_to_live, 0)
            FROM counter c, unnest(?::uuid[], ?::text[], ?::text[], ?::bigint[], ?::bytea[], ?::bytea[], ?::uuid[],
                    ?::bigint[], ?::bigint[])
                AS r (message_id, recipient, sender, route, content, correlation_id, reply_to, time_to_live, place)
            WHERE c.id = 1""";
    // An expired key may be used anew: its old entry gives way.
    private static final String REMEMBER = """
            INSERT INTO idempotency_keys (sender, idempotency_key, fingerprint, message_id, recipient, sent_at, expires_at)
            SELECT r.sender, r.idempotency_key, r.fingerprint, r.message_id, r.recipient, c.last_time, r.expires_at
            FROM counter c, unnest(?::text[], ?::bytea[], ?::bytea[], ?::uuid[], ?::text[], ?::bigint[])
                AS r (sender, idempotency_key, fingerprint, message_id, recipient, expires_at) WHERE c.id = 1
            ON CONFLICT (sender, idempotency_key) DO UPDATE SET fingerprint = EXCLUDED.fingerprint,
                message_id = EXCLUDED.message_id, recipient = EXCLUDED.recipient, sent_at = EXCLUDED.sent_at,
                expires_at = EXCLUDED.expires_at""";

    private final List<Sent> sent = new ArrayList<>();
    private final Map<Long, Fate> fates = new LinkedHashMap<>();
    private final QueueChanges queues = new QueueChanges();
    private final List<Long> rerouted = new ArrayList<>();
    private final List<Long> revived = new ArrayList<>();
    private final Set<String> gone = new HashSet<>();

    private record Sent(LogRecord.MessageSent record, long place) {

        MessageContext context() {
            return record.context();
        }
    }

    private record Remembered(LogRecord.MessageSent record, IdempotencyEntry entry) {}

    /** What a message that was there before the batch has become by its end. */
    private sealed interface Fate {
        record Leased(Route route, UUID leaseId, long until, String by, int attempts) implements Fate {}

        record Waiting(Route route) implements Fate {}

        record Gone() implements Fate {}
    }

    void sent(LogRecord.MessageSent r, long place) {
        sent.add(new Sent(r, place));
        queues.count(r.to(), 1, r.content().size(), r.route() == Route.PULL ? 1 : 0);
    }

    void leased(LogRecord.MessagesLeased r) {
        hold(r.route(), r.leaseId(), r.leasedUntil(), r.leasedBy(), r.messages());
        queues.count(r.recipient(), 0, 0, -pullsOf(r.route(), r.messages()));
        queues.taken(r.recipient(), r.route(), r.messages());
    }

    void replaced(LogRecord.LeaseReplaced r) {
        hold(r.route(), r.leaseId(), r.leasedUntil(), r.leasedBy(), r.messages());
    }

    private void hold(Route route, UUID leaseId, Instant until, String by, List<LeasedMessage> messages) {
        long micros = Micros.of(until);
        for (LeasedMessage message : messages) {
            fates.put(message.seq(), new Fate.Leased(route, leaseId, micros, by, message.attempt()));
        }
    }

    void returned(LogRecord.MessagesReturned r) {
        r.messages().forEach(message -> {
            fates.put(message.seq(), new Fate.Waiting(r.route()));
            queues.back(r.recipient(), r.route(), message.seq());
        });
        queues.count(r.recipient(), 0, 0, pullsOf(r.route(), r.messages()));
    }

    void delivered(LogRecord.MessageDelivered r) {
        fates.put(r.messageSeq(), new Fate.Gone());
        queues.count(r.to(), -1, -r.messageBytes(), 0);
    }

    void died(LogRecord.MessageDead r) {
        fates.put(r.messageSeq(), new Fate.Waiting(Route.DEAD));
    }

    void requeued(LogRecord.DeadLetterRequeued r) {
        fates.put(r.messageSeq(), new Fate.Waiting(r.route()));
        revived.add(r.messageSeq());
        queues.count(r.recipient(), 0, 0, r.route() == Route.PULL ? 1 : 0);
        queues.back(r.recipient(), r.route(), r.messageSeq());
    }

    void deleted(LogRecord.DeadLetterDeleted r) {
        fates.put(r.messageSeq(), new Fate.Gone());
        queues.count(r.recipient(), -1, -r.messageBytes(), 0);
    }

    void removed(QueuedCopy copy) {
        fates.put(copy.seq(), new Fate.Gone());
        queues.count(copy.recipient(), -1, -copy.contentBytes(), copy.waiting() && copy.route() == Route.PULL ? -1 : 0);
    }

    void rerouted(LogRecord.MessagesRerouted r) {
        rerouted.addAll(r.seqs());
        queues.count(r.recipient(), 0, 0, r.seqs().size());
        r.seqs().forEach(seq -> queues.back(r.recipient(), Route.PULL, seq));
    }

    /** The queue is gone with all that is in it, also what came in this batch. */
    void dropped(LogRecord.AgentDeregistered r) {
        gone.add(r.address());
        queues.drop(r.address(), r.queueBytes());
    }

    private static long pullsOf(Route route, List<LeasedMessage> messages) {
        return route == Route.PULL ? messages.size() : 0;
    }

    /** How many bytes the batch adds to all queues together. */
    long queueBytes() {
        return queues.contentBytes();
    }

    /** Adds what needs no place in history. */
    void writeUnplaced(Script script, ToLongFunction<String> generations) {
        if (!rerouted.isEmpty()) {
            script.run(REROUTE, (Object) Columns.longs(rerouted, Long::longValue));
        }
        if (!revived.isEmpty()) {
            script.run(REVIVE, (Object) Columns.longs(revived, Long::longValue));
        }
        lease(script);
        long[] returned = seqsOf(Fate.Waiting.class);
        if (returned.length > 0) {
            script.run(
                    GIVE_BACK,
                    returned,
                    Columns.longs(
                            fatesOf(Fate.Waiting.class), fate -> fate.route().ordinal()));
        }
        long[] gone = seqsOf(Fate.Gone.class);
        if (gone.length > 0) {
            script.run(REMOVE, (Object) gone);
        }
        queues.write(script, generations);
    }

    private long[] seqsOf(Class<? extends Fate> kind) {
        return fates.entrySet().stream()
                .filter(entry -> kind.isInstance(entry.getValue()))
                .mapToLong(Map.Entry::getKey)
                .toArray();
    }

    private void lease(Script script) {
        long[] seqs = seqsOf(Fate.Leased.class);
        if (seqs.length == 0) {
            return;
        }
        List<Fate.Leased> leased = fatesOf(Fate.Leased.class);
        script.run(
                LEASE,
                seqs,
                Columns.uuids(leased, Fate.Leased::leaseId),
                Columns.longs(leased, Fate.Leased::until),
                Columns.texts(leased, Fate.Leased::by),
                Columns.longs(leased, Fate.Leased::attempts),
                Columns.longs(leased, fate -> fate.route().ordinal()));
    }

    private <F extends Fate> List<F> fatesOf(Class<F> kind) {
        return fates.values().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** Adds what carries a {@code seq} or the time. */
    void writePlaced(Script script, long events) {
        List<Sent> queued = sent.stream()
                .filter(message -> !gone.contains(message.record().to()))
                .toList();
        if (!queued.isEmpty()) {
            script.run(
                    INSERT,
                    events,
                    Columns.uuids(queued, message -> message.record().messageId()),
                    Columns.texts(queued, message -> message.record().to()),
                    Columns.texts(queued, message -> message.record().from()),
                    Columns.longs(queued, message -> message.record().route().ordinal()),
                    Columns.bytes(queued, message -> message.record().content().unsafeArray()),
                    Columns.bytes(queued, message -> correlationId(message.context())),
                    Columns.uuids(queued, message -> message.context().replyTo()),
                    Columns.longs(queued, message -> StoredContext.microsToLive(message.context())),
                    Columns.longs(queued, Sent::place));
        }
        remember(script);
    }

    /** Empty for none, which no correlation id is. */
    private static byte[] correlationId(MessageContext context) {
        ByteString correlationId = context.correlationId();
        return correlationId == null ? new byte[0] : correlationId.unsafeArray();
    }

    private void remember(Script script) {
        List<Remembered> remembered = sent.stream()
                .map(Sent::record)
                .filter(record -> record.idempotency() != null)
                .map(record -> new Remembered(record, Objects.requireNonNull(record.idempotency())))
                .toList();
        if (remembered.isEmpty()) {
            return;
        }
        script.run(
                REMEMBER,
                Columns.texts(remembered, each -> each.record().from()),
                Columns.bytes(remembered, each -> Columns.utf8(each.entry().key())),
                Columns.bytes(remembered, each -> each.entry().fingerprint().unsafeArray()),
                Columns.uuids(remembered, each -> each.record().messageId()),
                Columns.texts(remembered, each -> each.record().to()),
                Columns.longs(remembered, each -> Micros.of(each.entry().expiresAt())));
    }
}
