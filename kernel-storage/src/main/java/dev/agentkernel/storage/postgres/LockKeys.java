package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.messages.IdempotencyKey;
import java.util.stream.LongStream;

/**
 * Numbers for advisory locks, which also lock what does not exist yet: state keys, idempotency keys, challenges. Two names with
 * one number only wait for each other more than they need to.
 */
final class LockKeys {

    // FNV-1a with 64 bits: every replica, of every version, must come to the same number.
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private static final long[] NONE = {};

    private LockKeys() {}

    /** The locks that a batch needs, in the one order in which everybody takes them. */
    static long[] of(Requirements requirements) {
        if (isEmpty(requirements)) {
            return NONE;
        }
        LongStream.Builder keys = LongStream.builder();
        for (String key : requirements.stateKeys()) {
            keys.add(of('s', Columns.utf8(key)));
        }
        for (IdempotencyKey key : requirements.idempotencyKeys()) {
            keys.add(of('i', Columns.utf8(key.sender() + ' ' + key.key())));
        }
        for (ByteString challenge : requirements.challenges()) {
            keys.add(of('c', challenge.unsafeArray()));
        }
        if (!requirements.removals().isEmpty()) {
            keys.add(of('r', new byte[0]));
        }
        return keys.build().sorted().distinct().toArray();
    }

    /** As for most batches, which send and take. */
    private static boolean isEmpty(Requirements requirements) {
        return requirements.stateKeys().isEmpty()
                && requirements.idempotencyKeys().isEmpty()
                && requirements.challenges().isEmpty()
                && requirements.removals().isEmpty();
    }

    private static long of(char kind, byte[] name) {
        long hash = (OFFSET_BASIS ^ kind) * PRIME;
        for (byte b : name) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }
}
