package dev.agentkernel.core.auth;

import dev.agentkernel.core.ByteString;

/** A stored credential: the keyed digest of a token, and whom it stands for. The token itself is kept nowhere. */
public record Credential(ByteString digest, Caller caller) {}
