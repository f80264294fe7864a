package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * One entry of the transparency log, which only grows: what was removed, why, by whom, and the SHA-256 of what it was. Each entry
 * carries the hash of the one before it, so that none can be changed or left out without showing.
 *
 * @param number counts the entries from 1, without gaps
 * @param contentHash SHA-256 of the content; of a key with several versions, of the last
 * @param previousHash the {@code entryHash} of the entry before; 32 zero bytes for the first
 * @param entryHash as {@link TransparencyChain#hashOf} makes it
 */
public record Removal(
        long number,
        RemovalTarget target,
        String reason,
        String performedBy,
        ByteString contentHash,
        Instant removedAt,
        ByteString previousHash,
        ByteString entryHash) {

    /** What readers see in place of removed content. */
    public static final String PLACEHOLDER = "[REDACTED \u2014 see /observe/transparency]";

    /** The bytes of the placeholder in UTF-8. */
    public static final int PLACEHOLDER_BYTES = PLACEHOLDER.getBytes(StandardCharsets.UTF_8).length;
}
