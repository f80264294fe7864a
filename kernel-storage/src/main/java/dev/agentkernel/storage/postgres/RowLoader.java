package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.AgentRow;
import dev.agentkernel.core.commit.IdempotencyRow;
import dev.agentkernel.core.commit.LastRemoval;
import dev.agentkernel.core.commit.OperatorRow;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.Requirements.BlockRef;
import dev.agentkernel.core.commit.StateRow;
import dev.agentkernel.core.messages.IdempotencyKey;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.StoredRemoval;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Locks and loads the rows that a batch needs, in one round trip.
 *
 * <p>Every replica takes locks in this order, so that no two wait for each other: its own committer row, operators, queues, keys
 * of state, idempotency and challenges; that on history follows at the commit. What comes after the locks is read in
 * statements of their own (those of messages by {@link MessageLoader}), and so sees everything that whoever held the locks before
 * has committed. Callers are not locked: the commit finds out whether a credential was replaced since they were read.
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
    private static final String LAST_REMOVAL = "SELECT number, entry_hash FROM removals ORDER BY number DESC LIMIT 1";
    private static final String REMOVALS_OF =
            "SELECT kind, target, max(number) FROM removals WHERE target = ANY (?) GROUP BY kind, target";
    private static final String CHALLENGES = "SELECT challenge FROM used_challenges WHERE challenge = ANY (?)";
    private final String replica;
    private final DecisionClock clock;
    private final MessageLoader messages;

    RowLoader(String replica, DecisionClock clock) {
        this.replica = replica;
        this.clock = clock;
        this.messages = new MessageLoader(clock);
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
            byte[][] keys = needed.stateKeys().stream().map(Columns::utf8).toArray(byte[][]::new);
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
        if (!needed.removals().isEmpty()) {
            script.query(LAST_REMOVAL, row -> lastRemoval(row, rows));
            byte[][] targets = Columns.bytes(needed.removals(), target -> Columns.utf8(target.name()));
            script.query(REMOVALS_OF, row -> removal(row, rows), (Object) targets);
        }
        messages.read(script, needed, rows);
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
                keys.stream().map(IdempotencyKey::key).map(Columns::utf8).toArray(byte[][]::new));
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
                Micros.read(row, 7));
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

    private static void lastRemoval(ResultSet row, LoadedRows rows) throws SQLException {
        LastRemoval last = new LastRemoval(row.getLong(1), ByteString.wrap(row.getBytes(2)));
        rows.add(set -> set.load(last));
    }

    private static void removal(ResultSet row, LoadedRows rows) throws SQLException {
        RemovalTarget target = StoredRemoval.target(row.getInt(1), row.getBytes(2));
        long number = row.getLong(3);
        rows.add(set -> set.loadRemoval(target, number));
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
}
