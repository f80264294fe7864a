package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.storage.records.Micros;
import dev.agentkernel.storage.records.UnicodeText;
import java.util.ArrayList;
import java.util.List;

/** What a batch adds to the transparency log, and the values that go by it. Removals are rare: each is written by itself. */
final class RemovalChanges {

    private static final String INSERT = """
            INSERT INTO removals (number, seq, kind, target, reason, performed_by, content_hash, removed_at, previous_hash,
                entry_hash, content_seq, erased)
            SELECT ?::bigint, c.last_seq - ?::bigint + ?::bigint, ?::smallint, ?::bytea, ?::text, ?::text, ?::bytea,
                ?::bigint, ?::bytea, ?::bytea, ?::bigint, FALSE FROM counter c WHERE c.id = 1""";
    private static final String REDACT_STATE = """
            UPDATE state s SET state_value = ?::bytea, value_bytes = octet_length(?::bytea),
                version = c.last_seq - ?::bigint + ?::bigint, redacted_reason = ?::text
            FROM counter c WHERE c.id = 1 AND s.state_key = ?::bytea""";
    private static final String ERASED = "UPDATE removals SET erased = TRUE WHERE number = ANY (?::bigint[])";

    private final List<Placed> removed = new ArrayList<>();
    private final List<Long> erased = new ArrayList<>();

    private record Placed(LogRecord.ContentRemoved record, long place) {}

    void removed(LogRecord.ContentRemoved r, long place) {
        removed.add(new Placed(r, place));
    }

    void erased(LogRecord.ContentErased r) {
        erased.add(r.number());
    }

    /** Adds what needs no place in history. */
    void writeUnplaced(Script script) {
        if (!erased.isEmpty()) {
            script.run(ERASED, (Object) Columns.longs(erased, Long::longValue));
        }
    }

    /** Adds what carries a {@code seq}. */
    void writePlaced(Script script, long events) {
        for (Placed placed : removed) {
            Removal removal = placed.record().removal();
            byte[] target = Columns.utf8(removal.target().name());
            String reason = UnicodeText.wellFormed(removal.reason());
            script.run(
                    INSERT,
                    removal.number(),
                    events,
                    placed.place(),
                    removal.target().kind().ordinal(),
                    target,
                    reason,
                    UnicodeText.wellFormed(removal.performedBy()),
                    removal.contentHash().unsafeArray(),
                    Micros.of(removal.removedAt()),
                    removal.previousHash().unsafeArray(),
                    removal.entryHash().unsafeArray(),
                    placed.record().contentSeq());
            if (placed.record().previousValueBytes() >= 0) {
                byte[] placeholder = Columns.utf8(Removal.PLACEHOLDER);
                script.run(REDACT_STATE, placeholder, placeholder, events, placed.place(), reason, target);
            }
        }
    }
}
