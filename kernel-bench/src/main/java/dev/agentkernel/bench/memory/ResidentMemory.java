package dev.agentkernel.bench.memory;

import dev.agentkernel.bench.process.ProcessFigures;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What the operating system says of a process's resident memory at one moment, in bytes.
 *
 * @param now resident at that moment, 0 when not known
 * @param peak the largest so far, 0 when not known
 */
public record ResidentMemory(long now, long peak) {
    private static final double BYTES_PER_MEBIBYTE = 1024.0 * 1024.0;

    /** Reads the memory of a running process. */
    public static ResidentMemory of(ProcessFigures process) {
        OptionalLong now = process.residentBytes();
        OptionalLong peak = process.peakResidentBytes();
        return new ResidentMemory(now.orElse(0), peak.orElse(0));
    }

    /** Returns both figures for people. */
    @Override
    public String toString() {
        if (now == 0) {
            return "resident memory not known here";
        }
        return String.format(
                Locale.ROOT,
                "%.0f MiB resident, at most %.0f MiB so far",
                now / BYTES_PER_MEBIBYTE,
                peak / BYTES_PER_MEBIBYTE);
    }
}
