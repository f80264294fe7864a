package dev.agentkernel.api;

import dev.agentkernel.api.gate.TrustedProxies;

/**
 * What the HTTP interface needs to know.
 *
 * @param version of the kernel, as {@code /v1/health} tells it
 * @param trustedProxies whose {@code X-Forwarded-For} counts
 * @param bytesInFlightMax most memory for large bodies and answers at once, and as much again for requests that wait
 * @param streamsMax most live streams of events at once
 */
public record ApiSettings(String version, TrustedProxies trustedProxies, long bytesInFlightMax, int streamsMax) {

    /** A quarter of the heap: the rest is for the kernel itself. */
    public static long bytesInFlightForThisHeap() {
        return Runtime.getRuntime().maxMemory() / 4;
    }
}
