package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.time.Duration;
import java.util.List;

/**
 * How the load scenario measures.
 *
 * @param operations what is asked, in this order
 * @param connections the numbers of connections, in this order
 * @param rounds how many pairs of rounds per case
 * @param roundTime how long one round lasts
 * @param warmUp how long each server is warmed up: before each operation with the most connections, and before each case
 * @param agentsMax to how many agents the registry grows for the second part
 */
public record LoadSettings(
        List<Operation> operations,
        List<Integer> connections,
        int rounds,
        Duration roundTime,
        Duration warmUp,
        int agentsMax) {
    /** How many agents there are in the first part. */
    public static final int AGENTS_AT_FIRST = 1_000;

    private static final int ROUNDS_MAX = 1_000;
    private static final int AGENTS_MAX = 10_000_000;
    private static final Duration TIME_MAX = Duration.ofHours(1);

    /** Checks the bounds. */
    public LoadSettings {
        operations = List.copyOf(operations);
        connections = List.copyOf(connections);
        require(!operations.isEmpty(), "--operations", "empty", "at least one operation");
        require(!connections.isEmpty(), "--connections", "empty", "at least one number");
        for (int count : connections) {
            require(
                    count >= 1 && count <= LoadPlan.CONNECTIONS_MAX,
                    "--connections",
                    count,
                    "1 to " + LoadPlan.CONNECTIONS_MAX);
        }
        require(rounds >= 1 && rounds <= ROUNDS_MAX, "--rounds", rounds, "1 to " + ROUNDS_MAX);
        require(
                roundTime.isPositive() && roundTime.compareTo(TIME_MAX) <= 0,
                "--seconds",
                roundTime,
                "more than 0, at most 3600");
        require(!warmUp.isNegative() && warmUp.compareTo(TIME_MAX) <= 0, "--warmup", warmUp, "0 to 3600");
        require(
                agentsMax >= AGENTS_AT_FIRST && agentsMax <= AGENTS_MAX,
                "--agents",
                agentsMax,
                AGENTS_AT_FIRST + " to " + AGENTS_MAX);
    }

    private static void require(boolean holds, String option, Object value, String allowed) {
        if (!holds) {
            throw new BenchmarkFailure(option + " is " + value + "; allowed: " + allowed);
        }
    }
}
