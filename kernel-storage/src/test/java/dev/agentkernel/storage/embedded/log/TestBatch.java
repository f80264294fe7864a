package dev.agentkernel.storage.embedded.log;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A batch as the owner of a log would make it.
 *
 * @param lines the record lines without their line feeds
 * @param firstSeq the first public seq in it, or the next one to be given
 * @param lastSeq the last public seq once it is in the log
 */
record TestBatch(List<String> lines, long firstSeq, long lastSeq) {

    /** Public records with the next seqs, each with the given text. */
    static TestBatch of(long firstSeq, String... texts) {
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < texts.length; i++) {
            lines.add(publicLine(firstSeq + i, texts[i]));
        }
        return new TestBatch(lines, firstSeq, firstSeq + texts.length - 1);
    }

    /** One record without a seq. */
    static TestBatch privateOnly(long nextSeq, String text) {
        return new TestBatch(List.of(privateLine(text)), nextSeq, nextSeq - 1);
    }

    /** A few records of either kind, of which all may be private, with texts of up to so many characters. */
    static TestBatch random(long firstSeq, int textLengthMax, RandomGenerator random) {
        List<String> lines = new ArrayList<>();
        long seq = firstSeq;
        for (int i = 1 + random.nextInt(5); i > 0; i--) {
            String text = "x".repeat(random.nextInt(textLengthMax + 1)) + Long.toString(random.nextLong(), 36);
            lines.add(random.nextInt(3) == 0 ? privateLine(text) : publicLine(seq++, text));
        }
        return new TestBatch(lines, firstSeq, seq - 1);
    }

    static String publicLine(long seq, String text) {
        return "{\"seq\":" + seq + ",\"ts\":\"2026-01-01T00:00:00Z\",\"text\":\"" + text + "\"}";
    }

    static String privateLine(String text) {
        return "{\"ts\":\"2026-01-01T00:00:00Z\",\"text\":\"" + text + "\"}";
    }

    /** The lines that have a seq. */
    List<String> publicLines() {
        return lines.stream().filter(line -> line.startsWith("{\"seq\":")).toList();
    }

    /** The seq that the next batch begins with. */
    long nextSeq() {
        return lastSeq + 1;
    }

    ByteBuffer bytes() {
        return ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    Position appendTo(SegmentLog log) {
        return log.append(bytes(), lines.size(), firstSeq, lastSeq);
    }
}
