package dev.agentkernel.storage.records;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Times of the hot tables: microseconds since 1970, the precision of the contract. */
public final class Micros {

    private static final long PER_SECOND = 1_000_000;
    private static final int NANOS_PER_MICRO = 1_000;

    private Micros() {}

    /** The time as a column keeps it; what is finer is cut off. */
    public static long of(Instant time) {
        return Math.addExact(Math.multiplyExact(time.getEpochSecond(), PER_SECOND), time.getNano() / NANOS_PER_MICRO);
    }

    /** The time that a column keeps. */
    public static Instant toInstant(long micros) {
        return Instant.ofEpochSecond(
                Math.floorDiv(micros, PER_SECOND), Math.floorMod(micros, PER_SECOND) * NANOS_PER_MICRO);
    }

    /** The time in a column of a row; {@code null} where the column is. */
    public static @Nullable Instant read(ResultSet row, int column) throws SQLException {
        Long micros = row.getObject(column, Long.class);
        return micros == null ? null : toInstant(micros);
    }

    /** The time without what a column cannot keep. */
    public static Instant truncate(Instant time) {
        return time.truncatedTo(ChronoUnit.MICROS);
    }
}
