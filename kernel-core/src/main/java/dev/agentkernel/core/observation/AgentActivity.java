package dev.agentkernel.core.observation;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What an agent has done so far, as counted from the log.
 *
 * @param messagesSent messages that it sent
 * @param messagesReceived messages that were sent to it
 * @param stateWrites values that it wrote
 * @param lastActive when it last did something that is an event; {@code null} for never
 */
public record AgentActivity(
        String address,
        long messagesSent,
        long messagesReceived,
        long stateWrites,
        @Nullable Instant lastActive) {

    /** Nothing was counted yet. */
    public static AgentActivity none(String address) {
        return new AgentActivity(address, 0, 0, 0, null);
    }
}
