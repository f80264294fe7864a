package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.storage.records.KeyPrefix;
import dev.agentkernel.storage.records.Micros;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads the shared state. Keys are bytes, whose order is that of their UTF-8, and a prefix is a range of them. */
final class PostgresStateStore implements StateStore {

    private static final String GET =
            "SELECT state_value, last_modified_by, last_modified_at, version, redacted_reason FROM state WHERE state_key = ?";
    private static final String KEYS = """
            SELECT state_key FROM state WHERE state_key >= ? AND state_key < ? AND state_key > ?
            ORDER BY state_key LIMIT ?""";
    private static final String SUMMARIES = """
            SELECT state_key, last_modified_by, last_modified_at, value_bytes FROM state
            WHERE state_key >= ? AND state_key < ? AND state_key > ? ORDER BY state_key LIMIT ?""";
    private static final String COUNT = "SELECT count(*) FROM state WHERE state_key >= ? AND state_key < ?";
    private static final String TOTALS = "SELECT state_bytes, state_keys FROM totals WHERE id = 1";

    private final PooledReads reads;

    PostgresStateStore(PooledReads reads) {
        this.reads = reads;
    }

    @Override
    public Optional<StateEntry> get(String key) {
        return reads.first(
                GET,
                row -> new StateEntry(
                        key,
                        ByteString.wrap(row.getBytes(1)),
                        row.getString(2),
                        Micros.toInstant(row.getLong(3)),
                        row.getLong(4),
                        row.getString(5)),
                (Object) Columns.utf8(key));
    }

    @Override
    public List<String> keys(String prefix, String afterKey, int keysMax) {
        return reads.list(
                KEYS,
                row -> new String(row.getBytes(1), StandardCharsets.UTF_8),
                Columns.utf8(prefix),
                KeyPrefix.endOf(prefix),
                Columns.utf8(afterKey),
                keysMax);
    }

    @Override
    public List<StateSummary> summaries(String prefix, String afterKey, int keysMax) {
        return reads.list(
                SUMMARIES,
                row -> new StateSummary(
                        new String(row.getBytes(1), StandardCharsets.UTF_8),
                        row.getString(2),
                        Micros.toInstant(row.getLong(3)),
                        row.getInt(4)),
                Columns.utf8(prefix),
                KeyPrefix.endOf(prefix),
                Columns.utf8(afterKey),
                keysMax);
    }

    @Override
    public long countKeys(String prefix) {
        return reads.one(COUNT, row -> row.getLong(1), Columns.utf8(prefix), KeyPrefix.endOf(prefix));
    }

    @Override
    public StateTotals totals() {
        return reads.one(TOTALS, row -> new StateTotals(row.getLong(1), row.getLong(2)));
    }
}
