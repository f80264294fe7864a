package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import java.util.Collection;
import java.util.List;
import java.util.Random;
import java.util.UUID;

/** Values at random, from a seed, odd characters included. */
abstract class RandomValues {

    private static final List<String> TEXTS = List.of("plain", "\u0000", "\u2028", "\ud83d\ude00", "\"\\/", "ÄÖ", "");

    final Random random;

    RandomValues(long seed) {
        this.random = new Random(seed);
    }

    String key() {
        return "/a//b;" + text(3) + random.nextInt(12);
    }

    ByteString content() {
        int size = random.nextInt(10) == 0 ? 20_000 : 40;
        return ByteString.ofUtf8(text(size)).orElseThrow();
    }

    String text(int charactersMax) {
        StringBuilder text = new StringBuilder("x");
        int length = 1 + random.nextInt(charactersMax);
        while (text.length() < length) {
            text.append(TEXTS.get(random.nextInt(TEXTS.size()))).append(random.nextInt(10));
        }
        return text.toString();
    }

    UUID uuid() {
        return new UUID(random.nextLong(), random.nextLong());
    }

    ByteString bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return ByteString.wrap(bytes);
    }

    <T> T any(Collection<T> all) {
        return List.copyOf(all).get(random.nextInt(all.size()));
    }
}
