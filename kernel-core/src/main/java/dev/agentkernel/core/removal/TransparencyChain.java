package dev.agentkernel.core.removal;

import dev.agentkernel.core.ByteString;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.List;

/** Hashes of the transparency log: each entry's covers the one before, so that the last one stands for all. */
public final class TransparencyChain {

    /** What the first entry follows: 32 zero bytes. */
    public static final ByteString GENESIS = ByteString.wrap(new byte[32]);

    private TransparencyChain() {}

    /** SHA-256. */
    public static ByteString sha256(byte[] bytes) {
        return ByteString.wrap(digest().digest(bytes));
    }

    private static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-256", missing);
        }
    }

    /**
     * The hash of an entry: SHA-256 over its fields in UTF-8 (previous hash in hex, number, time, action, target, reason, performer,
     * content hash in hex), each after the decimal number of its bytes and a colon, so that no two entries give the same bytes.
     */
    public static ByteString hashOf(
            ByteString previousHash,
            long number,
            Instant removedAt,
            RemovalTarget target,
            String reason,
            String performedBy,
            ByteString contentHash) {
        MessageDigest digest = digest();
        for (String field : List.of(
                previousHash.toHex(),
                Long.toString(number),
                removedAt.toString(),
                target.kind().action(),
                target.name(),
                reason,
                performedBy,
                contentHash.toHex())) {
            byte[] bytes = field.getBytes(StandardCharsets.UTF_8);
            digest.update((bytes.length + ":").getBytes(StandardCharsets.US_ASCII));
            digest.update(bytes);
        }
        return ByteString.wrap(digest.digest());
    }

    /** Whether an entry is as it was written, and follows the one before. */
    public static boolean follows(Removal entry, long previousNumber, ByteString previousHash) {
        return entry.number() == previousNumber + 1
                && entry.previousHash().equals(previousHash)
                && entry.entryHash()
                        .equals(hashOf(
                                previousHash,
                                entry.number(),
                                entry.removedAt(),
                                entry.target(),
                                entry.reason(),
                                entry.performedBy(),
                                entry.contentHash()));
    }
}
