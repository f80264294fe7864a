package dev.agentkernel.core.messages;

/**
 * In whose hands a leased message is, as the storage keeps it.
 *
 * @param name tells holders apart; what stands before the first {@code @} says of which kind they are
 */
public record LeaseHolder(String name) {

    private static final String WORKER = "worker@";
    private static final String SOCKET = "socket@";

    /** Nobody's: a message that was given back with a delay rests until it is due. */
    static final LeaseHolder NOBODY = new LeaseHolder("nobody@");

    /** Answers of a process that are on their way and that the client does not acknowledge. */
    public static LeaseHolder takesOf(String replica) {
        return new LeaseHolder("take@" + replica);
    }

    /** A worker of an agent, which acknowledges by request; its leases outlive every process of the kernel. */
    public static LeaseHolder worker(String workerId) {
        return new LeaseHolder(WORKER + workerId);
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
