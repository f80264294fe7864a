package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;

/** A content that the event log holds, in the event of this seq. */
public record LoggedContent(long seq, ByteString content) {}
