package dev.agentkernel.bench;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What to measure, and which options have a meaning for it beside those that all have. */
enum Scenario {
    LOAD(
            "--target",
            "--target-pid",
            "--operations",
            "--connections",
            "--rounds",
            "--seconds",
            "--warmup",
            "--agents",
            "--csv",
            "--rounds-csv"),
    MEMORY("--queued-mebibytes"),
    QUEUES("--queue-agents", "--queued", "--churned", "--sample", "--connections", "--rounds"),
    BESIDE("--beside", "--connections", "--rounds", "--seconds", "--warmup"),
    SOCKETS("--sockets"),
    WAITING("--requests"),
    WEBHOOKS("--rate", "--pairs"),
    STREAMS("--subscribers", "--pairs", "--seconds"),
    CLUSTER("--replicas", "--pairs", "--seconds"),
    SOAK("--minutes", "--kill-minutes", "--rate", "--restart-database", "--csv", "--chart");

    private final Set<String> options;

    Scenario(String... options) {
        this.options = Set.of(options);
    }

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

    Set<String> options() {
        return options;
    }
}
