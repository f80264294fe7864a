package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import java.time.Instant;

/**
 * What is remembered of a send with an idempotency key.
 *
 * @param key the sender's key, as it stood
 * @param fingerprint SHA-256 over what was asked for, to tell a retry from another request under the same key
 * @param expiresAt when the key may be used anew
 */
public record IdempotencyEntry(String key, ByteString fingerprint, Instant expiresAt) {}
