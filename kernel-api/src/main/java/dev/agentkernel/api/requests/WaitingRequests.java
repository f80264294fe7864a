package dev.agentkernel.api.requests;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Bounds the memory of requests that wait for something to happen: the server keeps its buffers for each as long as it lasts, busy
 * or not. Whoever finds no place is refused at once, and may try again. Safe for use by many threads.
 */
public final class WaitingRequests {

    /** What one keeps of the heap while it waits, as {@code kernel-bench --scenario waiting} measures it, rounded up. */
    public static final int BYTES_EACH = 64 << 10;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final int most;
    private final Semaphore places;

    /**
     * Makes places for as many as there is memory for, and for one in any case.
     *
     * @param bytesMax most bytes of heap for all of them together
     */
    public WaitingRequests(long bytesMax) {
        this.most = Math.clamp(bytesMax / BYTES_EACH, 1, Integer.MAX_VALUE);
        this.places = new Semaphore(most);
    }

    /**
     * Looks for something, within a place if the look may wait.
     *
     * @param wait how long it may; nobody needs a place who does not wait
     * @throws RefusedException {@code unavailable} if every place is taken
     */
    public <T> T look(Duration wait, Supplier<T> looking) {
        if (wait.isZero()) {
            return looking.get();
        }
        if (!places.tryAcquire()) {
            throw RefusedException.temporary(
                    ErrorCode.UNAVAILABLE,
                    "Too many requests wait: this kernel has memory for " + most + " at a time.",
                    RETRY_AFTER);
        }
        try {
            return looking.get();
        } finally {
            places.release();
        }
    }
}
