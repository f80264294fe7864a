package dev.agentkernel.bench;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What to measure. */
enum Scenario {
    LOAD,
    MEMORY,
    QUEUES,
    BESIDE,
    SOCKETS,
    WAITING,
    WEBHOOKS,
    STREAMS,
    CLUSTER,
    SOAK;

    /** The scenario of this name on the command line. */
    static Scenario of(String label) {
        return Arrays.stream(values())
                .filter(scenario -> scenario.label().equals(label))
                .findFirst()
                .orElseThrow(() -> new BenchmarkFailure("--scenario is \"" + label + "\"; there are "
                        + Arrays.stream(values()).map(Scenario::label).collect(Collectors.joining(", "))));
    }

    /** Its name on the command line. */
    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The options that have a meaning for it, beside those that all have. */
    Set<String> options() {
        return switch (this) {
            case LOAD ->
                Set.of(
                        "--target",
                        "--target-pid",
                        "--operations",
                        "--connections",
                        "--rounds",
                        "--seconds",
                        "--warmup",
                        "--agents",
                        "--csv",
                        "--rounds-csv");
            case MEMORY -> Set.of("--queued-mebibytes");
            case QUEUES -> Set.of("--queue-agents", "--queued", "--churned", "--sample", "--connections", "--rounds");
            case BESIDE -> Set.of("--beside", "--connections", "--rounds", "--seconds", "--warmup");
            case SOCKETS -> Set.of("--sockets");
            case WAITING -> Set.of("--requests");
            case WEBHOOKS -> Set.of("--rate", "--pairs");
            case STREAMS -> Set.of("--subscribers", "--pairs", "--seconds");
            case CLUSTER -> Set.of("--replicas", "--pairs", "--seconds");
            case SOAK -> Set.of("--minutes", "--kill-minutes", "--rate", "--restart-database", "--csv", "--chart");
        };
    }
}
