package dev.agentkernel.bench.load;

import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.client.RequestSource;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Asks with a well-formed agent token that nobody holds, another one each time, so that no cache can know it. */
final class UnknownTokens implements RequestSource {
    private static final String PREFIX = "at_live_";
    private static final int DIGITS = 64;
    private static final int DIGITS_PER_LONG = 16;
    private static final byte[] HEXADECIMAL = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);

    private final SplittableRandom random = new SplittableRandom();
    private final byte[] encoded;
    private final int firstDigit;

    UnknownTokens(String path) {
        encoded = Request.get(path, sample()).encode();
        firstDigit = new String(encoded, StandardCharsets.US_ASCII).indexOf(PREFIX) + PREFIX.length();
    }

    /** Returns one such token. */
    static String sample() {
        return PREFIX + "0".repeat(DIGITS);
    }

    @Override
    public void next(ByteBuffer out) {
        for (int i = 0; i < DIGITS; i += DIGITS_PER_LONG) {
            long bits = random.nextLong();
            for (int j = 0; j < DIGITS_PER_LONG; j++) {
                encoded[firstDigit + i + j] = HEXADECIMAL[(int) (bits & 15)];
                bits >>>= 4;
            }
        }
        out.put(encoded);
    }

    @Override
    public int requestBytesMax() {
        return encoded.length;
    }
}
