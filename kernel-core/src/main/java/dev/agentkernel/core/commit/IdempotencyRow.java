package dev.agentkernel.core.commit;

import dev.agentkernel.core.ByteString;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** What an idempotency key stands for; {@code messageTime} is null while the send is in this very batch. */
public record IdempotencyRow(
        ByteString fingerprint, UUID messageId, String to, Optional<Instant> messageTime, Instant expiresAt) {}
