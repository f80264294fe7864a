package dev.agentkernel.app.demo;

import java.net.URI;
import java.time.Duration;

/**
 * What a demo is started with.
 *
 * @param kernel where the kernel is
 * @param agents how many agents play, {@link #AGENTS_MIN} to {@link #AGENTS_MAX}
 * @param actionsPerSecond how many messages, writes and reads all agents together make, 0.1 to {@link #ACTIONS_PER_SECOND_MAX}
 * @param seed of every choice: the same seed and number of agents play the same scene
 * @param lasts how long; zero for until it is stopped
 * @param operatorKey the operator that owns the agents; empty to register one
 */
public record DemoSettings(
        URI kernel, int agents, double actionsPerSecond, long seed, Duration lasts, String operatorKey) {

    /** One of each role. */
    public static final int AGENTS_MIN = 5;

    /** As many as one operator may own, by default. */
    public static final int AGENTS_MAX = 1_000;

    /** Beyond, one connection after the other cannot keep up. */
    public static final double ACTIONS_PER_SECOND_MAX = 1_000;

    public static final double ACTIONS_PER_SECOND_MIN = 0.1;
}
