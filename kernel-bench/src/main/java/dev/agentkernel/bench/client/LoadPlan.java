package dev.agentkernel.bench.client;

import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * What one run of a closed loop does.
 *
 * @param server where to send to
 * @param connections how many connections, each with one request outstanding
 * @param requests what to send
 * @param expectedStatus the only status that is not counted as unexpected
 * @param duration when to start no further request
 * @param requestsMax after how many requests to start no further one
 */
public record LoadPlan(
        InetSocketAddress server,
        int connections,
        RequestSource requests,
        int expectedStatus,
        Duration duration,
        long requestsMax) {
    /** The most connections of one run: the loop is one thread, and the default limit of open files is 1,024. */
    public static final int CONNECTIONS_MAX = 512;

    /** Checks the bounds. */
    public LoadPlan {
        if (connections < 1 || connections > CONNECTIONS_MAX) {
            throw new IllegalArgumentException(
                    "connections is " + connections + ", allowed are 1 to " + CONNECTIONS_MAX);
        }
        if (duration.isNegative() || duration.isZero() || requestsMax < 1) {
            throw new IllegalArgumentException(
                    "a run needs time and requests: duration " + duration + ", at most " + requestsMax + " requests");
        }
    }

    /** Returns a plan that ends by time alone. */
    public static LoadPlan timed(
            InetSocketAddress server, int connections, RequestSource requests, int expectedStatus, Duration duration) {
        return new LoadPlan(server, connections, requests, expectedStatus, duration, Long.MAX_VALUE);
    }
}
