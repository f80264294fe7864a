package dev.agentkernel.core.messages;

import dev.agentkernel.core.RefusedException;
import java.nio.charset.StandardCharsets;

/**
 * In whose hands a leased message is, as the storage keeps it.
 *
 * @param name tells holders apart; what stands before the first {@code @} says of which kind they are
 */
public record LeaseHolder(String name) {

    /** Longest id of a worker, in bytes of UTF-8. */
    public static final int WORKER_ID_BYTES_MAX = 128;

    /** The worker that a client is when it does not say which. */
    public static final String DEFAULT_WORKER = "default";

    private static final String WORKER = "worker@";
    private static final String SOCKET = "socket@";

    /** Nobody's: a message that was given back with a delay rests until it is due. */
    static final LeaseHolder NOBODY = new LeaseHolder("nobody@");

    /** Answers of a process that are on their way and that the client does not acknowledge. */
    public static LeaseHolder takesOf(String replica) {
        return new LeaseHolder("take@" + replica);
    }

    /**
     * A worker of an agent, which acknowledges by request; its leases outlive every process of the kernel.
     *
     * @throws RefusedException {@code bad_request} for an id that is empty, too long or has control characters
     */
    public static LeaseHolder worker(String workerId) {
        requireWorkerId(workerId);
        return new LeaseHolder(WORKER + workerId);
    }

    /**
     * Refuses what cannot tell workers apart.
     *
     * @throws RefusedException {@code bad_request} for an id that is empty, too long or has control characters
     */
    public static void requireWorkerId(String workerId) {
        int bytes = workerId.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > WORKER_ID_BYTES_MAX) {
            throw RefusedException.badRequest(
                    "'worker_id' has " + bytes + " bytes; it must have 1 to " + WORKER_ID_BYTES_MAX + ".");
        }
        if (workerId.chars().anyMatch(Character::isISOControl)) {
            throw RefusedException.badRequest("'worker_id' must not hold control characters.");
        }
    }

    /** Workers of agents that are connected to a process, and lose what they hold with it. */
    public static LeaseHolder socketsOf(String replica) {
        return new LeaseHolder(SOCKET + replica);
    }

    /** Deliveries that a process has under way to webhooks. */
    public static LeaseHolder pushesOf(String replica) {
        return new LeaseHolder("push@" + replica);
    }

    /** Whether a holder of this name says by itself what becomes of what it holds. */
    static boolean acknowledges(String name) {
        return name.startsWith(WORKER) || name.startsWith(SOCKET);
    }
}
