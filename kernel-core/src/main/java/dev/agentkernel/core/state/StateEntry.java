package dev.agentkernel.core.state;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A key with its value.
 *
 * @param version the seq of its last write, or of the removal of its content
 * @param redactedReason why the content was removed, when the value is but a placeholder for it; {@code null} otherwise
 */
public record StateEntry(
        String key,
        ByteString value,
        String lastModifiedBy,
        Instant lastModifiedAt,
        long version,
        @Nullable String redactedReason) {

    /** An entry whose value is its own. */
    public StateEntry(String key, ByteString value, String lastModifiedBy, Instant lastModifiedAt, long version) {
        this(key, value, lastModifiedBy, lastModifiedAt, version, null);
    }
}
