package dev.agentkernel.api.requests;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Bounds the memory that large bodies and answers hold at once, however many connections there are. Whoever finds no room is
 * refused at once, and may try again. Safe for use by many threads.
 */
public final class BytesInFlight {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final long bytesMax;
    private final AtomicLong reserved = new AtomicLong();

    public BytesInFlight(long bytesMax) {
        if (bytesMax < 1) {
            throw new IllegalArgumentException(
                    "the bytes in flight are bounded by " + bytesMax + "; at least 1 is needed");
        }
        this.bytesMax = bytesMax;
    }

    /**
     * Takes room until {@link #release}.
     *
     * @throws RefusedException {@code unavailable} if there is not enough
     */
    public void reserve(long bytes) {
        if (reserved.addAndGet(bytes) > bytesMax) {
            reserved.addAndGet(-bytes);
            throw RefusedException.temporary(
                    ErrorCode.UNAVAILABLE, "The kernel is busy: too much is being transferred at once.", RETRY_AFTER);
        }
    }

    public void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    /** How many bytes there are at all. */
    public long most() {
        return bytesMax;
    }

    /** How many bytes are taken at present. */
    public long reserved() {
        return reserved.get();
    }
}
