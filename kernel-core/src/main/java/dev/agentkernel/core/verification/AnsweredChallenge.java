package dev.agentkernel.core.verification;

import dev.agentkernel.core.ByteString;
import java.time.Instant;

/** A challenge that this kernel issued, with the verdict on the response; whether it was used before, only a commit can tell. */
public record AnsweredChallenge(ByteString id, Instant expiresAt, boolean answeredRightly) {}
