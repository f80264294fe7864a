package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.state.StateFootprint;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What a batch changes of the shared state: of several changes of one key only the last is written. */
final class StateChanges {

    private static final String REMOVE = "DELETE FROM state WHERE state_key = ANY (?)";
    private static final String WRITE = """
            INSERT INTO state (state_key, state_value, value_bytes, last_modified_by, last_modified_at, version)
            SELECT r.state_key, r.state_value, octet_length(r.state_value), r.written_by, c.last_time,
                c.last_seq - ?::bigint + r.place
            FROM counter c, unnest(?::bytea[], ?::bytea[], ?::text[], ?::bigint[])
                AS r (state_key, state_value, written_by, place) WHERE c.id = 1
            ON CONFLICT (state_key) DO UPDATE SET state_value = EXCLUDED.state_value, value_bytes = EXCLUDED.value_bytes,
                last_modified_by = EXCLUDED.last_modified_by, last_modified_at = EXCLUDED.last_modified_at,
                version = EXCLUDED.version, redacted_reason = NULL""";

    private final Map<String, Fate> fates = new LinkedHashMap<>();
    private long bytes;
    private long keys;

    /** What a key has become by the end of the batch. */
    private sealed interface Fate {
        record Written(LogRecord.StateWritten record, long place) implements Fate {}

        record Gone() implements Fate {}
    }

    void written(LogRecord.StateWritten r, long place) {
        boolean isNew = r.previousValueBytes() < 0;
        fates.put(r.key(), new Fate.Written(r, place));
        bytes += StateFootprint.of(r.key(), r.value().size())
                - (isNew ? 0 : StateFootprint.of(r.key(), r.previousValueBytes()));
        keys += isNew ? 1 : 0;
    }

    /** The key holds a placeholder from here on, unless it was written again in this batch. */
    void redacted(LogRecord.ContentRemoved r) {
        bytes += Removal.PLACEHOLDER_BYTES - r.previousValueBytes();
    }

    void deleted(LogRecord.StateDeleted r) {
        fates.put(r.key(), new Fate.Gone());
        bytes -= StateFootprint.of(r.key(), r.previousValueBytes());
        keys--;
    }

    /** How many bytes the batch adds to the store. */
    long bytes() {
        return bytes;
    }

    /** How many keys the batch adds to the store. */
    long keys() {
        return keys;
    }

    /** Adds what needs no place in history. */
    void writeUnplaced(Script script) {
        byte[][] gone = fates.entrySet().stream()
                .filter(entry -> entry.getValue() instanceof Fate.Gone)
                .map(entry -> Columns.utf8(entry.getKey()))
                .toArray(byte[][]::new);
        if (gone.length > 0) {
            script.run(REMOVE, (Object) gone);
        }
    }

    /** Adds what carries a {@code seq} or the time. */
    void writePlaced(Script script, long events) {
        List<Fate.Written> written = fates.values().stream()
                .map(fate -> fate instanceof Fate.Written write ? write : null)
                .filter(Objects::nonNull)
                .toList();
        if (written.isEmpty()) {
            return;
        }
        script.run(
                WRITE,
                events,
                Columns.bytes(written, write -> Columns.utf8(write.record().key())),
                Columns.bytes(written, write -> write.record().value().unsafeArray()),
                Columns.texts(written, write -> write.record().writtenBy()),
                Columns.longs(written, Fate.Written::place));
    }
}
