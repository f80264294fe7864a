package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.messages.HeldLease;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Finds leases that ran out. Leases end in the future when they are made, so a look need not go back behind the one before that
 * found no more: what lies there are leases of long ago, which the server cannot clear away while a transaction stays open. Safe
 * for use by many threads.
 */
final class EndedLeases {

    private static final String ENDED = """
            SELECT clock.now, ended.recipient, ended.lease_id, ended.seq
            FROM (SELECT NOW_MICROS AS now FROM counter WHERE id = 1) AS clock
            LEFT JOIN LATERAL (
                SELECT recipient, lease_id, seq, leased_until FROM messages
                WHERE lease_id IS NOT NULL AND leased_until > ? AND leased_until <= clock.now
                ORDER BY leased_until LIMIT ?) AS ended ON TRUE
            ORDER BY ended.leased_until""".replace("NOW_MICROS", RowLoader.NOW_MICROS);

    /** A commit may be as late as that, and its lease shorter. */
    private static final long OVERLAP_MICROS = TimeUnit.SECONDS.toMicros(15);

    /** So often a look goes back to the beginning, whatever came later than that. */
    private static final long WHOLE_EVERY_MICROS = TimeUnit.SECONDS.toMicros(60);

    private final PooledReads reads;
    private final DecisionClock clock;
    private volatile Looked looked = new Looked(Long.MIN_VALUE, Long.MIN_VALUE);

    /** Up to when nothing was left, and when that was seen from the beginning on. */
    private record Looked(long untilMicros, long wholeMicros) {}

    private record Row(long now, @Nullable HeldLease lease) {}

    EndedLeases(PooledReads reads, DecisionClock clock) {
        this.reads = reads;
        this.clock = clock;
    }

    /** Those that ended first. */
    List<HeldLease> first(int leasesMax) {
        Looked before = looked;
        List<Row> rows = reads.list(ENDED, EndedLeases::row, clock.overridingMicros(), before.untilMicros(), leasesMax);
        List<HeldLease> leases = new ArrayList<>(rows.size());
        for (Row row : rows) {
            if (row.lease() != null) {
                leases.add(row.lease());
            }
        }
        if (leases.isEmpty()) {
            looked = next(before, rows.getFirst().now());
        }
        return leases;
    }

    private static Looked next(Looked before, long now) {
        boolean wasWhole = before.untilMicros() == Long.MIN_VALUE;
        long whole = wasWhole ? now : before.wholeMicros();
        return now - whole >= WHOLE_EVERY_MICROS || now < whole
                ? new Looked(Long.MIN_VALUE, whole)
                : new Looked(now - OVERLAP_MICROS, whole);
    }

    private static Row row(ResultSet row) throws SQLException {
        String recipient = row.getString(2);
        return new Row(
                row.getLong(1),
                recipient == null ? null : new HeldLease(recipient, row.getObject(3, UUID.class), row.getLong(4)));
    }
}
