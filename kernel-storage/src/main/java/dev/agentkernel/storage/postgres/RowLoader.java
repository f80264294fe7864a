package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.Requirements.QueueRef;
import dev.agentkernel.core.commit.Requirements.SenderShares;
import dev.agentkernel.core.commit.WorkingSet.AgentRow;
import dev.agentkernel.core.commit.WorkingSet.DeadRow;
import dev.agentkernel.core.commit.WorkingSet.IdempotencyRow;
import dev.agentkernel.core.commit.WorkingSet.LastRemoval;
import dev.agentkernel.core.commit.WorkingSet.LeaseRow;
import dev.agentkernel.core.commit.WorkingSet.OperatorRow;
import dev.agentkernel.core.commit.WorkingSet.QueueRow;
import dev.agentkernel.core.commit.WorkingSet.QueuedRow;
import dev.agentkernel.core.commit.WorkingSet.StateRow;
import dev.agentkernel.core.commit.WorkingSet.WaitingRow;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Locks and loads the rows that a batch needs, in one round trip.
 *
 * <p>Every replica takes locks in this order, so that no two wait for each other: its own committer row, operators, queues, keys
 * of state, idempotency and challenges; that on history follows at the commit. What comes after the locks is read in
 * statements of their own, and so sees everything that whoever held the locks before has committed. Callers are not locked: the
 * commit finds out whether a credential was replaced since they were read.
 */
final class RowLoader {

    /** The time that decisions go by, beside a row of {@code counter}: never before the last event's. */
    static final String NOW_MICROS =
            "GREATEST(last_time, COALESCE(?::bigint, (extract(epoch FROM clock_timestamp()) * 1000000)::bigint))";

    private static final String LOCK_COMMITTER = "SELECT epoch FROM committers WHERE replica = ? FOR UPDATE";
    private static final String LOCK_OPERATORS = """
            SELECT operator_id, credential_version, agent_count FROM operators
            WHERE operator_id = ANY (?) ORDER BY operator_id FOR UPDATE""";
    private static final String LOCK_QUEUES = """
            SELECT q.address, q.depth, q.content_bytes, q.pull_waiting, q.generation
            FROM unnest(?::text[]) AS asked (address)
            CROSS JOIN LATERAL (
                SELECT * FROM queues WHERE address = asked.address ORDER BY generation DESC LIMIT 1 FOR UPDATE) AS q""";
    private static final String LOCK_KEYS =
            "SELECT count(*) FROM (SELECT pg_advisory_xact_lock(key) FROM unnest(?::bigint[]) AS key) AS locked";
    // Two numbers: they have nothing to do with those of LOCK_KEYS.
    static final String LOCK_HISTORY = "SELECT pg_advisory_xact_lock(1801810542, 1)";
    // Before the callers: a credential that is replaced after this look is noticed at the commit.
    private static final String HISTORY = """
            SELECT last_seq, NOW_MICROS, credential_epoch, state_bytes, state_keys, queue_bytes
            FROM commits ORDER BY number DESC LIMIT 1""".replace("NOW_MICROS", NOW_MICROS);
    private static final String AGENTS = """
            SELECT address, operator_id, credential_version, webhook_url IS NOT NULL, webhook_secret_version,
                block_count, webhook_open_until FROM agents WHERE address = ANY (?::text[])""";
    private static final String STATE = "SELECT state_key, version, value_bytes FROM state WHERE state_key = ANY (?)";
    private static final String IDEMPOTENCY = """
            SELECT k.sender, k.idempotency_key, k.fingerprint, k.message_id, k.recipient, k.sent_at, k.expires_at
            FROM unnest(?::text[], ?::bytea[]) AS asked (sender, idempotency_key)
            JOIN idempotency_keys k ON k.sender = asked.sender AND k.idempotency_key = asked.idempotency_key""";
    private static final String BLOCKS = """
            SELECT b.agent, b.sender FROM unnest(?::text[], ?::text[]) AS asked (agent, sender)
            JOIN blocks b ON b.agent = asked.agent AND b.sender = asked.sender""";
    private static final String QUEUED = """
            SELECT recipient, seq, message_id, route, content_bytes, lease_id IS NULL, expires_at FROM messages
            WHERE seq = ANY (?)""";
    // One pass over each queue that is deep, whoever sends to it.
    private static final String SENDERS = """
            SELECT m.recipient, m.sender, count(*) FROM unnest(?::text[], ?::bigint[]) AS asked (recipient, depth_min)
            CROSS JOIN LATERAL (
                SELECT depth FROM queues WHERE address = asked.recipient ORDER BY generation DESC LIMIT 1) AS q
            JOIN messages m ON m.recipient = asked.recipient AND m.lease_id IS NULL AND m.sender = ANY (?::text[])
            WHERE q.depth >= asked.depth_min
            GROUP BY m.recipient, m.sender""";
    private static final String DEAD = """
            SELECT recipient, seq, message_id, content_bytes FROM messages
            WHERE message_id = ANY (?) AND route = 2""";
    private static final String LAST_REMOVAL = "SELECT number, entry_hash FROM removals ORDER BY number DESC LIMIT 1";
    private static final String CHALLENGES = "SELECT challenge FROM used_challenges WHERE challenge = ANY (?)";
    // Whether there is a lease is not asked in the statement: that would lead it to the indexes of leases, and through
    // those that
    // ended.
    private static final String LEASES = """
            SELECT seq, recipient, route, lease_id, leased_until, leased_by, message_id, content_bytes, attempts, expires_at
            FROM messages WHERE seq = ANY (?)""";
    private static final String LEASES_OF_MESSAGES = """
            SELECT seq, recipient, route, lease_id, leased_until, leased_by, message_id, content_bytes, attempts,
                expires_at
            FROM messages WHERE message_id = ANY (?)""";
    private static final String PUSHING = """
            SELECT recipient, seq FROM messages
            WHERE recipient = ANY (?::text[]) AND route = 1 AND lease_id IS NOT NULL""";
    // Last, because it answers with the most: by then the server has read all that was sent.
    private static final String WAITING = """
            SELECT claim.number, m.seq, m.message_id, m.content_bytes, m.attempts, m.expires_at
            FROM unnest(?::text[], ?::smallint[], ?::integer[]) WITH ORDINALITY
                AS claim (recipient, route, messages_max, number)
            CROSS JOIN LATERAL (
                SELECT pull_from, push_from FROM queues
                WHERE address = claim.recipient ORDER BY generation DESC LIMIT 1) AS q
            CROSS JOIN (SELECT NOW_MICROS AS now FROM counter WHERE id = 1) AS clock
            CROSS JOIN LATERAL (
                SELECT seq, message_id, content_bytes, attempts, expires_at FROM messages
                WHERE recipient = claim.recipient AND route = claim.route AND lease_id IS NULL
                    AND seq >= CASE claim.route WHEN 0 THEN q.pull_from WHEN 1 THEN q.push_from ELSE 0 END
                    AND (expires_at IS NULL OR expires_at > clock.now)
                ORDER BY seq LIMIT claim.messages_max) AS m
            ORDER BY claim.number, m.seq""".replace("NOW_MICROS", NOW_MICROS);

    private final String replica;
    private final DecisionClock clock;

    RowLoader(String replica, DecisionClock clock) {
        this.replica = replica;
        this.clock = clock;
    }

    /**
     * A script that fills the rows.
     *
     * @param historyToo whether history and the totals are locked already, which keeps every other writer waiting until the commit
     */
    Script scriptFor(Requirements needed, LoadedRows rows, boolean historyToo) {
        Script script = new Script();
        script.query(LOCK_COMMITTER, row -> rows.committer(row.getLong(1)), replica);
        lock(script, needed, rows);
        if (historyToo) {
            lockHistory(script);
        }
        boolean totals = needed.needsStateTotals() || needed.needsQueueTotals();
        script.query(HISTORY, row -> history(row, totals, rows), clock.overridingMicros());
        read(script, needed, rows);
        return script;
    }

    /** Waits for whoever is committing, and keeps the next one waiting until this transaction's commit is visible. */
    static void lockHistory(Script script) {
        script.query(LOCK_HISTORY, row -> {});
    }

    private static void lock(Script script, Requirements needed, LoadedRows rows) {
        if (!needed.operators().isEmpty()) {
            script.query(LOCK_OPERATORS, row -> operator(row, rows), (Object)
                    needed.operators().toArray(UUID[]::new));
        }
        String[] queues = storable(needed.queues());
        // The order of the locks: the statement keeps it.
        Arrays.sort(queues);
        if (queues.length > 0) {
            script.query(LOCK_QUEUES, row -> queue(row, rows), (Object) queues);
        }
        long[] keys = LockKeys.of(needed);
        if (keys.length > 0) {
            script.query(LOCK_KEYS, row -> {}, (Object) keys);
        }
    }

    private void read(Script script, Requirements needed, LoadedRows rows) {
        String[] agents = storable(needed.agents());
        if (agents.length > 0) {
            script.query(AGENTS, row -> agent(row, rows), (Object) agents);
        }
        if (!needed.stateKeys().isEmpty()) {
            byte[][] keys = needed.stateKeys().stream().map(RowLoader::utf8).toArray(byte[][]::new);
            script.query(STATE, row -> state(row, rows), (Object) keys);
        }
        if (!needed.blocks().isEmpty()) {
            readBlocks(script, needed.blocks(), rows);
        }
        if (!needed.idempotencyKeys().isEmpty()) {
            readIdempotency(script, List.copyOf(needed.idempotencyKeys()), rows);
        }
        if (!needed.challenges().isEmpty()) {
            byte[][] challenges =
                    needed.challenges().stream().map(ByteString::unsafeArray).toArray(byte[][]::new);
            script.query(CHALLENGES, row -> challenge(row, rows), (Object) challenges);
        }
        if (!needed.leasedMessages().isEmpty()) {
            long[] seqs =
                    needed.leasedMessages().stream().mapToLong(Long::longValue).toArray();
            script.query(LEASES, row -> lease(row, rows), (Object) seqs);
        }
        if (!needed.leasedMessageIds().isEmpty()) {
            UUID[] ids = needed.leasedMessageIds().toArray(UUID[]::new);
            script.query(LEASES_OF_MESSAGES, row -> lease(row, rows), (Object) ids);
        }
        if (!needed.queuedMessages().isEmpty()) {
            long[] seqs =
                    needed.queuedMessages().stream().mapToLong(Long::longValue).toArray();
            script.query(QUEUED, row -> queued(row, rows), (Object) seqs);
        }
        if (!needed.senderShares().isEmpty()) {
            readSenders(script, needed.senderShares(), rows);
        }
        if (!needed.deadLetters().isEmpty()) {
            UUID[] ids = needed.deadLetters().toArray(UUID[]::new);
            script.query(DEAD, row -> dead(row, rows), (Object) ids);
        }
        if (needed.needsLastRemoval()) {
            script.query(LAST_REMOVAL, row -> lastRemoval(row, rows));
        }
        if (!needed.claims().isEmpty()) {
            readWaiting(script, List.copyOf(needed.claims().entrySet()), rows);
        }
    }

    private static void readBlocks(Script script, Set<BlockRef> blocks, LoadedRows rows) {
        script.query(
                BLOCKS,
                row -> block(row, rows),
                Columns.texts(blocks, BlockRef::address),
                Columns.texts(blocks, BlockRef::sender));
    }

    private static void block(ResultSet row, LoadedRows rows) throws SQLException {
        BlockRef block = new BlockRef(row.getString(1), row.getString(2));
        rows.add(set -> set.loadBlock(block));
    }

    private static void readIdempotency(Script script, List<IdempotencyKey> keys, LoadedRows rows) {
        script.query(
                IDEMPOTENCY,
                row -> idempotency(row, rows),
                keys.stream().map(IdempotencyKey::sender).toArray(String[]::new),
                keys.stream().map(IdempotencyKey::key).map(RowLoader::utf8).toArray(byte[][]::new));
    }

    private static void readSenders(Script script, Map<String, SenderShares> shares, LoadedRows rows) {
        shares.forEach((recipient, share) ->
                share.senders().forEach(sender -> rows.add(set -> set.loadWaitingFrom(recipient, sender, 0))));
        Set<String> senders = new HashSet<>();
        shares.values().forEach(share -> senders.addAll(share.senders()));
        script.query(
                SENDERS,
                row -> sender(row, rows),
                shares.keySet().toArray(String[]::new),
                Columns.longs(shares.values(), SenderShares::depthMin),
                senders.toArray(String[]::new));
    }

    private static void sender(ResultSet row, LoadedRows rows) throws SQLException {
        String recipient = row.getString(1);
        String sender = row.getString(2);
        long messages = row.getLong(3);
        rows.add(set -> set.loadWaitingFrom(recipient, sender, messages));
    }

    private void readWaiting(Script script, List<Map.Entry<QueueRef, Integer>> claims, LoadedRows rows) {
        List<QueueRef> queues = claims.stream().map(Map.Entry::getKey).toList();
        String[] pushed = queues.stream()
                .filter(queue -> queue.route() == Route.PUSH)
                .map(QueueRef::recipient)
                .toArray(String[]::new);
        if (pushed.length > 0) {
            script.query(PUSHING, row -> pushing(row, rows), (Object) pushed);
        }
        short[] routes = new short[claims.size()];
        for (int i = 0; i < routes.length; i++) {
            routes[i] = (short) queues.get(i).route().ordinal();
        }
        script.query(
                WAITING,
                row -> waiting(row, queues, rows),
                queues.stream().map(QueueRef::recipient).toArray(String[]::new),
                routes,
                claims.stream().mapToInt(Map.Entry::getValue).toArray(),
                clock.overridingMicros());
    }

    private static void operator(ResultSet row, LoadedRows rows) throws SQLException {
        OperatorRow operator = new OperatorRow(row.getObject(1, UUID.class), row.getInt(2), row.getLong(3));
        rows.add(set -> set.load(operator));
    }

    private static void queue(ResultSet row, LoadedRows rows) throws SQLException {
        String address = row.getString(1);
        QueueRow queue = new QueueRow(row.getLong(2), row.getLong(3), row.getLong(4));
        rows.add(set -> set.loadQueue(address, queue));
        rows.generation(address, row.getLong(5));
    }

    private static void history(ResultSet row, boolean totals, LoadedRows rows) throws SQLException {
        rows.history(row.getLong(1), row.getLong(2), row.getLong(3));
        if (totals) {
            rows.totals(new LoadedRows.Totals(row.getLong(4), row.getLong(5), row.getLong(6)));
        }
    }

    private static void agent(ResultSet row, LoadedRows rows) throws SQLException {
        AgentRow agent = new AgentRow(
                row.getString(1),
                row.getObject(2, UUID.class),
                row.getInt(3),
                row.getBoolean(4),
                row.getInt(5),
                row.getInt(6),
                time(row, 7));
        rows.add(set -> set.load(agent));
    }

    private static void state(ResultSet row, LoadedRows rows) throws SQLException {
        String key = new String(row.getBytes(1), StandardCharsets.UTF_8);
        StateRow state = new StateRow(row.getLong(2), row.getInt(3));
        rows.add(set -> set.loadState(key, state));
    }

    private static void idempotency(ResultSet row, LoadedRows rows) throws SQLException {
        IdempotencyKey key = new IdempotencyKey(row.getString(1), new String(row.getBytes(2), StandardCharsets.UTF_8));
        IdempotencyRow entry = new IdempotencyRow(
                ByteString.wrap(row.getBytes(3)),
                row.getObject(4, UUID.class),
                row.getString(5),
                Optional.of(Micros.toInstant(row.getLong(6))),
                Micros.toInstant(row.getLong(7)));
        rows.add(set -> set.load(key, entry));
    }

    private static void challenge(ResultSet row, LoadedRows rows) throws SQLException {
        ByteString challenge = ByteString.wrap(row.getBytes(1));
        rows.add(set -> set.loadUsedChallenge(challenge));
    }

    private static void lease(ResultSet row, LoadedRows rows) throws SQLException {
        UUID leaseId = row.getObject(4, UUID.class);
        if (leaseId == null) {
            return;
        }
        LeaseRow lease = new LeaseRow(
                row.getString(2),
                Route.values()[row.getInt(3)],
                leaseId,
                Micros.toInstant(row.getLong(5)),
                row.getString(6),
                new LeasedMessage(row.getLong(1), row.getObject(7, UUID.class), row.getInt(8), row.getInt(9)),
                time(row, 10));
        rows.add(set -> set.load(lease));
    }

    private static void queued(ResultSet row, LoadedRows rows) throws SQLException {
        QueuedRow message = new QueuedRow(
                row.getString(1),
                row.getLong(2),
                row.getObject(3, UUID.class),
                Route.values()[row.getInt(4)],
                row.getInt(5),
                row.getBoolean(6),
                time(row, 7));
        rows.add(set -> set.load(message));
    }

    private static void dead(ResultSet row, LoadedRows rows) throws SQLException {
        DeadRow letter = new DeadRow(row.getString(1), row.getLong(2), row.getObject(3, UUID.class), row.getInt(4));
        rows.add(set -> set.load(letter));
    }

    private static void lastRemoval(ResultSet row, LoadedRows rows) throws SQLException {
        LastRemoval last = new LastRemoval(row.getLong(1), ByteString.wrap(row.getBytes(2)));
        rows.add(set -> set.load(last));
    }

    private static void pushing(ResultSet row, LoadedRows rows) throws SQLException {
        String recipient = row.getString(1);
        long seq = row.getLong(2);
        rows.add(set -> set.loadPushing(recipient, seq));
    }

    private static void waiting(ResultSet row, List<QueueRef> queues, LoadedRows rows) throws SQLException {
        QueueRef queue = queues.get(row.getInt(1) - 1);
        WaitingRow message = new WaitingRow(
                row.getLong(2), row.getObject(3, UUID.class), row.getInt(4), row.getInt(5), time(row, 6));
        rows.add(set -> set.loadWaiting(queue, message));
    }

    private static @Nullable Instant time(ResultSet row, int column) throws SQLException {
        Long micros = row.getObject(column, Long.class);
        return micros == null ? null : Micros.toInstant(micros);
    }

    /** Without names that hold a NUL: text cannot, so nothing of that name exists, and asking would fail the whole batch. */
    private static String[] storable(Collection<String> addresses) {
        List<String> storable = new ArrayList<>(addresses.size());
        for (String address : addresses) {
            if (address.indexOf('\0') < 0) {
                storable.add(address);
            }
        }
        return storable.toArray(String[]::new);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
