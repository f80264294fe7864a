package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * Where a content was found.
 *
 * @param seq of the event that logged it; 0 when only the store has it
 * @param recipient in whose queue the message may still be; {@code null} for state
 * @param stateVersion of the key's entry at that moment, whatever it held; {@code null} when there was none
 * @param isCurrent whether the key's entry holds the content, and not only the log
 */
public record FoundContent(
        ByteString content,
        long seq,
        @Nullable String recipient,
        @Nullable Long stateVersion,
        boolean isCurrent) {}
