package dev.agentkernel.storage.records;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.removal.PlacedRemoval;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import dev.agentkernel.core.removal.RemovalTarget.Kind;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;

/** An entry of the transparency log as both databases keep it. */
public final class StoredRemoval {

    /** The query for {@link #read}, open for a join, conditions and an order. */
    public static final String SELECT = """
            SELECT r.number, r.seq, r.kind, r.target, r.reason, r.performed_by, r.content_hash, r.removed_at,
                r.previous_hash, r.entry_hash, r.content_seq FROM removals r
            """;

    private StoredRemoval() {}

    /** The entry of a row. */
    public static PlacedRemoval read(ResultSet row) throws SQLException {
        Removal removal = new Removal(
                row.getLong(1),
                target(row.getInt(3), row.getBytes(4)),
                row.getString(5),
                row.getString(6),
                ByteString.wrap(row.getBytes(7)),
                Micros.toInstant(row.getLong(8)),
                ByteString.wrap(row.getBytes(9)),
                ByteString.wrap(row.getBytes(10)));
        return new PlacedRemoval(removal, row.getLong(2), row.getLong(11));
    }

    /** The target of a row's columns {@code kind} and {@code target}. */
    public static RemovalTarget target(int kind, byte[] name) {
        return new RemovalTarget(Kind.values()[kind], new String(name, StandardCharsets.UTF_8));
    }
}
