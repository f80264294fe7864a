package dev.agentkernel.bench.soak;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What was measured at one moment. Not measured is {@link Double#NaN}.
 *
 * @param second since the load began
 * @param resident MiB of memory of the kernel's process
 * @param liveHeap MiB of the heap after a full collection
 * @param handles open files and sockets of the process
 * @param threads of the process
 * @param connections of the kernel to its database
 * @param events MiB of the event log
 * @param segments files of the event log
 * @param tables MiB of everything else that is stored
 * @param waiting messages that were accepted and have not arrived for good
 * @param accepted messages that were accepted so far
 * @param keys idempotency keys under which they were accepted, which the kernel keeps for a day
 */
record Sample(
        double second,
        double resident,
        double liveHeap,
        double handles,
        double threads,
        double connections,
        double events,
        double segments,
        double tables,
        double waiting,
        double accepted,
        double keys) {

    static final String HEADINGS = "second,resident_mib,live_heap_mib,handles,threads,database_connections,events_mib,"
            + "segments,tables_mib,waiting,accepted,keys";

    String csv() {
        return values().mapToObj(value -> Double.isNaN(value) ? "" : String.format(Locale.ROOT, "%.2f", value))
                .collect(Collectors.joining(","));
    }

    private DoubleStream values() {
        return List.of(
                        second,
                        resident,
                        liveHeap,
                        handles,
                        threads,
                        connections,
                        events,
                        segments,
                        tables,
                        waiting,
                        accepted,
                        keys)
                .stream()
                .mapToDouble(Double::doubleValue);
    }
}
