package dev.agentkernel.bench.memory;

import java.util.SplittableRandom;

/** Makes message contents that no storage can compress away. */
final class Contents {
    private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

    private Contents() {}

    /** Returns so many ASCII characters, the same for the same seed. */
    static String text(long seed, int length) {
        SplittableRandom random = new SplittableRandom(seed);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return text.toString();
    }
}
