package dev.agentkernel.storage.embedded.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** A file whose unforced changes can be lost. */
final class MemoryFile {

    private sealed interface Change permits Write, Truncate {}

    private record Write(int offset, byte[] bytes) implements Change {}

    private record Truncate(int size) implements Change {}

    byte[] content = new byte[0];
    private byte[] durable = new byte[0];
    private final List<Change> unforced = new ArrayList<>();

    void write(int offset, byte[] bytes) {
        content = written(content, offset, bytes);
        unforced.add(new Write(offset, bytes));
    }

    void truncate(int size) {
        content = Arrays.copyOf(content, size);
        unforced.add(new Truncate(size));
    }

    void force() {
        durable = content;
        unforced.clear();
    }

    /** Keeps what was forced, the first few of the other changes, and a part of the one after. */
    void losePower(RandomGenerator random) {
        byte[] found = durable;
        int kept = random.nextInt(unforced.size() + 1);
        for (int i = 0; i < kept; i++) {
            found = changed(found, unforced.get(i));
        }
        if (kept < unforced.size()) {
            found = inPart(found, unforced.get(kept), random);
        }
        content = found;
        force();
    }

    private static byte[] changed(byte[] found, Change change) {
        return switch (change) {
            case Write write -> written(found, write.offset(), write.bytes());
            case Truncate truncate -> Arrays.copyOf(found, truncate.size());
        };
    }

    /** Either a prefix of a write is there, or its length is but a stretch of it is zero, as blocks reach a disk in any order. */
    private static byte[] inPart(byte[] found, Change change, RandomGenerator random) {
        if (!(change instanceof Write write) || write.bytes().length == 0) {
            return found;
        }
        byte[] bytes = write.bytes();
        if (random.nextBoolean()) {
            return written(found, write.offset(), Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)));
        }
        byte[] holed = bytes.clone();
        int from = random.nextInt(bytes.length);
        Arrays.fill(holed, from, from + 1 + random.nextInt(bytes.length - from), (byte) 0);
        return written(found, write.offset(), holed);
    }

    private static byte[] written(byte[] content, int offset, byte[] bytes) {
        byte[] result = Arrays.copyOf(content, Math.max(content.length, offset + bytes.length));
        System.arraycopy(bytes, 0, result, offset, bytes.length);
        return result;
    }
}
