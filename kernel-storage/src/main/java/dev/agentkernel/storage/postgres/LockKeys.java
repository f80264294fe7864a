package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.commit.Requirements;
import java.nio.charset.StandardCharsets;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Numbers for advisory locks, which also lock what does not exist yet: state keys, idempotency keys, challenges. Two names with
 * one number only wait for each other more than they need to.
 */
final class LockKeys {

    // FNV-1a with 64 bits: every replica, of every version, must come to the same number.
    private static final long OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private LockKeys() {}

    /** The locks that a batch needs, in the one order in which everybody takes them. */
    static long[] of(Requirements requirements) {
        Stream<Long> keys = Stream.of(
                        requirements.stateKeys().stream().map(key -> of('s', utf8(key))),
                        requirements.idempotencyKeys().stream()
                                .map(key -> of('i', utf8(key.sender() + ' ' + key.key()))),
                        requirements.challenges().stream()
                                .map(ByteString::unsafeArray)
                                .map(bytes -> of('c', bytes)))
                .flatMap(numbers -> numbers);
        LongStream all = keys.mapToLong(Long::longValue);
        return sorted(
                requirements.needsLastRemoval() ? LongStream.concat(all, LongStream.of(of('r', new byte[0]))) : all);
    }

    private static long[] sorted(LongStream keys) {
        return keys.sorted().distinct().toArray();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static long of(char kind, byte[] name) {
        long hash = (OFFSET_BASIS ^ kind) * PRIME;
        for (byte b : name) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return hash;
    }
}
