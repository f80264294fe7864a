package dev.agentkernel.core.workers;

import dev.agentkernel.core.messages.Delivery;
import java.util.List;

/** The way to a connected worker. Every method returns at once, and may be called from any thread. */
public interface WorkerLine {

    /** Why a session ends although its client did not leave. */
    enum End {
        /** The same worker of the same agent has connected anew. */
        DISPLACED,
        /** The credential that it connected with is dead. */
        REVOKED
    }

    /** Hands messages over, oldest first. What cannot be handed over must end the session. */
    void deliver(List<Delivery> deliveries);

    /** Whether the client takes what it is given: not when too much of it waits already. */
    boolean hasRoom();

    /** The session has ended; nothing more is delivered. */
    void end(End why);
}
