package dev.agentkernel.core.events;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A public event as observers see it, without any private part.
 *
 * @param data the event's {@code data} as a JSON object
 */
public record Event(
        long seq, Instant time, EventType type, @Nullable String agent, ByteString data) {}
