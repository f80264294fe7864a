package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.state.StateEntry;
import dev.agentkernel.core.state.StateSummary;
import dev.agentkernel.core.state.StateTotals;
import dev.agentkernel.core.storage.StateStore;
import dev.agentkernel.storage.records.KeyPrefix;
import dev.agentkernel.storage.records.Micros;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The shared state, read from H2. Keys are bytes there, so that their order is that of UTF-8. */
final class EmbeddedStateStore implements StateStore {

    private static final String GET =
            "SELECT state_value, last_modified_by, last_modified_at, version, redacted_reason FROM state WHERE state_key = ?";
    private static final String KEYS = """
            SELECT state_key FROM state WHERE state_key >= ? AND state_key > ? AND state_key < ?
            ORDER BY state_key FETCH FIRST ? ROWS ONLY""";
    private static final String SUMMARIES = """
            SELECT state_key, last_modified_by, last_modified_at, value_bytes FROM state
            WHERE state_key >= ? AND state_key > ? AND state_key < ? ORDER BY state_key FETCH FIRST ? ROWS ONLY""";
    private static final String COUNT = "SELECT COUNT(*) FROM state WHERE state_key >= ? AND state_key < ?";
    private static final String TOTALS = "SELECT state_bytes, state_keys FROM totals WHERE id = 1";

    private final H2Database database;

    EmbeddedStateStore(H2Database database) {
        this.database = database;
    }

    @Override
    public Optional<StateEntry> get(String key) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(GET);
            statement.setBytes(1, utf8(key));
            try (ResultSet row = statement.executeQuery()) {
                return row.next()
                        ? Optional.of(new StateEntry(
                                key,
                                ByteString.wrap(row.getBytes(1)),
                                row.getString(2),
                                Micros.toInstant(row.getLong(3)),
                                row.getLong(4),
                                row.getString(5)))
                        : Optional.empty();
            }
        });
    }

    @Override
    public List<String> keys(String prefix, String afterKey, int keysMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(KEYS);
            statement.setBytes(1, utf8(prefix));
            statement.setBytes(2, utf8(afterKey));
            statement.setBytes(3, KeyPrefix.endOf(prefix));
            statement.setInt(4, keysMax);
            List<String> keys = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    keys.add(new String(row.getBytes(1), StandardCharsets.UTF_8));
                }
            }
            return keys;
        });
    }

    @Override
    public List<StateSummary> summaries(String prefix, String afterKey, int keysMax) {
        return database.read(session -> {
            PreparedStatement statement = session.prepare(SUMMARIES);
            statement.setBytes(1, utf8(prefix));
            statement.setBytes(2, utf8(afterKey));
            statement.setBytes(3, KeyPrefix.endOf(prefix));
            statement.setInt(4, keysMax);
            List<StateSummary> entries = new ArrayList<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    entries.add(new StateSummary(
                            new String(row.getBytes(1), StandardCharsets.UTF_8),
                            row.getString(2),
                            Micros.toInstant(row.getLong(3)),
                            row.getInt(4)));
                }
            }
            return entries;
        });
    }

    @Override
    public long countKeys(String prefix) {
        if (prefix.isEmpty()) {
            return totals().keyCount();
        }
        return database.read(session -> {
            PreparedStatement statement = session.prepare(COUNT);
            statement.setBytes(1, utf8(prefix));
            statement.setBytes(2, KeyPrefix.endOf(prefix));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    @Override
    public StateTotals totals() {
        return database.read(session -> {
            try (ResultSet row = session.prepare(TOTALS).executeQuery()) {
                row.next();
                return new StateTotals(row.getLong(1), row.getLong(2));
            }
        });
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
