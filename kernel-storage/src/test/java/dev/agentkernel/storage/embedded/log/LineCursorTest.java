package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.locks.StampedLock;
import org.junit.jupiter.api.Test;

class LineCursorTest {

    private static final int LINE_BYTES_MAX = 70_000;

    /** Gives bytes in pieces of any size. */
    private record Pieces(byte[] bytes, SplittableRandom random) implements LogFiles.ReadFile {

        @Override
        public int read(ByteBuffer into, long offset) {
            if (offset >= bytes.length) {
                return -1;
            }
            int count = Math.min(1 + random.nextInt(into.remaining()), bytes.length - (int) offset);
            into.put(bytes, (int) offset, count);
            return count;
        }

        @Override
        public void close() {}
    }

    @Test
    void linesOfAnyLengthShouldComeWholeOrBeMarkedAsTooLong() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<String> lines = new ArrayList<>();
            for (int i = random.nextInt(30); i >= 0; i--) {
                int length = switch (random.nextInt(6)) {
                    case 0 -> LINE_BYTES_MAX - 1 + random.nextInt(3);
                    case 1 -> random.nextInt(300_000);
                    case 2 -> 0;
                    default -> random.nextInt(3_000);
                };
                lines.add(Character.toString('a' + random.nextInt(26)).repeat(length));
            }
            String rest = random.nextBoolean() ? "" : "r".repeat(1 + random.nextInt(200_000));
            check(lines, rest, random);
        }
    }

    private static void check(List<String> lines, String rest, SplittableRandom random) throws IOException {
        byte[] bytes = ("skipped\n" + String.join("\n", lines) + "\n" + rest).getBytes(StandardCharsets.US_ASCII);
        LineCursor cursor =
                new LineCursor(new Pieces(bytes, random), LINE_BYTES_MAX, new StampedLock()).seek(8, bytes.length);
        long offset = 8;
        for (String line : lines) {
            assertThat(cursor.next()).isTrue();
            assertThat(cursor.lineStart()).isEqualTo(offset);
            offset += line.length() + 1;
            assertThat(cursor.offset()).isEqualTo(offset);
            assertThat(cursor.tooLong()).isEqualTo(line.length() > LINE_BYTES_MAX);
            if (!cursor.tooLong()) {
                assertThat(cursor.line().toString()).isEqualTo(line);
            }
        }
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.endsInsideLine()).isEqualTo(!rest.isEmpty());
        assertThat(cursor.buffer().length).isLessThanOrEqualTo(LINE_BYTES_MAX + 1);
    }

    @Test
    void nothingBehindTheLimitShouldBeRead() throws IOException {
        byte[] bytes = "one\ntwo\nthree\n".getBytes(StandardCharsets.US_ASCII);
        LineCursor cursor = new LineCursor(
                        new Pieces(bytes, new SplittableRandom(1)), LINE_BYTES_MAX, new StampedLock())
                .seek(0, 8);

        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isTrue();
        assertThat(cursor.next()).isFalse();
        assertThat(cursor.endsInsideLine()).isFalse();
        cursor.seek(0, 10);
        assertThat(cursor.next() && cursor.next() && !cursor.next()).isTrue();
        assertThat(cursor.endsInsideLine()).isTrue();
    }
}
