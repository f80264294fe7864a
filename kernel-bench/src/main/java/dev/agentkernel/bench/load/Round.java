package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.LoadResult;

/**
 * One round against one server.
 *
 * @param load what the clients saw
 * @param serverCpuMicrosPerRequest processor time of the server per answered request, {@code NaN} when its process is not known
 */
public record Round(LoadResult load, double serverCpuMicrosPerRequest) {
    /** Returns the processor time of the load generator per answered request, in microseconds. */
    public double clientCpuMicrosPerRequest() {
        return load.clientCpu().toNanos() / 1e3 / load.requests();
    }
}
