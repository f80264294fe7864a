package dev.agentkernel.core.state;

import dev.agentkernel.core.ByteString;
import java.time.Instant;

/** A key with its value; the version is the seq of its last write. */
public record StateEntry(String key, ByteString value, String lastModifiedBy, Instant lastModifiedAt, long version) {}
