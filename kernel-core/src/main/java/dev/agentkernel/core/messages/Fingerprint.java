package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.UUID;

/** Tells a retry from another message under the same idempotency key. */
final class Fingerprint {

    /** Keeps the parts apart: no UTF-8 holds it. */
    private static final byte SEPARATOR = (byte) 0xff;

    private Fingerprint() {}

    /** SHA-256 over everything that was asked for, so that two messages have the same only if they are the same. */
    static ByteString of(OutgoingMessage message) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(utf8(message.to()));
            sha256.update(SEPARATOR);
            sha256.update(message.content().unsafeArray());
            addContext(sha256, message.context());
            return ByteString.wrap(sha256.digest());
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /** Adds nothing for nothing, and every part at its own place otherwise. */
    private static void addContext(MessageDigest sha256, MessageContext context) {
        if (context.equals(MessageContext.NONE)) {
            return;
        }
        sha256.update(SEPARATOR);
        if (context.correlationId() != null) {
            sha256.update(context.correlationId().unsafeArray());
        }
        sha256.update(SEPARATOR);
        UUID replyTo = context.replyTo();
        if (replyTo != null) {
            sha256.update(utf8(replyTo.toString()));
        }
        sha256.update(SEPARATOR);
        if (context.timeToLive() != null) {
            sha256.update(utf8(Long.toString(context.timeToLive().toSeconds())));
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
