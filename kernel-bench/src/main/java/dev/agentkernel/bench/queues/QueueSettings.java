package dev.agentkernel.bench.queues;

import dev.agentkernel.bench.client.LoadPlan;
import dev.agentkernel.bench.process.BenchmarkFailure;

/**
 * How much the scenario of queues does.
 *
 * @param agents how many agents have a queue
 * @param queued how many messages wait in the second phase, in all queues together
 * @param churned how many messages are sent and taken again before each later phase
 * @param sample how many messages are sent, and then taken, in one round
 * @param rounds how many rounds each phase has
 * @param connections each with one request outstanding
 */
public record QueueSettings(int agents, int queued, int churned, int sample, int rounds, int connections) {
    private static final int AGENTS_MAX = 1_000_000;
    private static final int MESSAGES_MAX = 100_000_000;
    private static final int ROUNDS_MAX = 1_000;

    /** Checks the bounds. */
    public QueueSettings {
        require("--queue-agents", agents, 128, AGENTS_MAX);
        require("--queued", queued, 1, MESSAGES_MAX);
        require("--churned", churned, 0, MESSAGES_MAX);
        require("--sample", sample, 1, MESSAGES_MAX);
        require("--rounds", rounds, 1, ROUNDS_MAX);
        require("--connections", connections, 1, LoadPlan.CONNECTIONS_MAX);
    }

    private static void require(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new BenchmarkFailure(option + " is " + value + "; allowed: " + least + " to " + most);
        }
    }
}
