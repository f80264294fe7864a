package dev.agentkernel.bench.client;

import java.nio.ByteBuffer;

/**
 * Writes one encoded request after the other, without end.
 *
 * <p>Called by one thread at a time. Implementations allocate nothing per request.
 */
public interface RequestSource {
    /** Appends the next request to the buffer, which has room for {@link #requestBytesMax()} bytes. */
    void next(ByteBuffer out);

    /** Returns the length in bytes of the longest request. */
    int requestBytesMax();
}
