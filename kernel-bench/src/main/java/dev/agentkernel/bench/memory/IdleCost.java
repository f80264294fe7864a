package dev.agentkernel.bench.memory;

import dev.agentkernel.bench.process.BenchmarkFailure;
import dev.agentkernel.bench.process.KernelProcess;
import dev.agentkernel.bench.process.ProcessFigures;
import java.util.Locale;

/**
 * What each of many idle things costs a process: the growth after a full collection, by their number.
 *
 * @param heapBytes of the heap
 * @param residentBytes of resident memory
 */
public record IdleCost(double heapBytes, double residentBytes) {

    private static final double KIBIBYTE = 1024;

    /** What a process holds at a moment. */
    public record Moment(long heapBytes, long residentBytes) {

        /** Collects, and looks. */
        public static Moment of(KernelProcess kernel) {
            ProcessFigures process =
                    kernel.figures().orElseThrow(() -> new BenchmarkFailure("the process of the kernel is not known"));
            return new Moment(
                    LiveHeap.bytes(process.pid()), process.residentBytes().orElse(0));
        }

        /** What each of those that came since costs. */
        public IdleCost eachUntil(Moment later, int count) {
            return new IdleCost(
                    (double) (later.heapBytes - heapBytes) / count,
                    (double) (later.residentBytes - residentBytes) / count);
        }
    }

    /** The heap in KiB. */
    public String heap() {
        return String.format(Locale.ROOT, "%.1f", heapBytes / KIBIBYTE);
    }

    /** The resident memory in KiB. */
    public String resident() {
        return String.format(Locale.ROOT, "%.1f", residentBytes / KIBIBYTE);
    }
}
