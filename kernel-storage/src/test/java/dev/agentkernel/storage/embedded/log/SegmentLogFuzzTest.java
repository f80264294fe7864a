package dev.agentkernel.storage.embedded.log;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;

/** Whatever the last segment holds: a torn end is cut off or damage is named; what can be opened can be read and opened again. */
class SegmentLogFuzzTest {

    private static final Path DIRECTORY = Path.of("log");
    private static final LogSettings SETTINGS = LogSettings.ofSegmentBytes(1 << 20);

    @FuzzTest(maxDuration = "1m")
    void aSegmentIsOpenedOrNamedAsDamaged(byte[] behindTheFirstBatch) throws IOException {
        FaultyLogFiles files = new FaultyLogFiles();
        try (SegmentLog log = SegmentLog.open(DIRECTORY, SETTINGS, files)) {
            TestBatch.of(1, "first").appendTo(log);
        }
        Path segment = files.files().getLast();
        byte[] whole = files.content(segment);
        files.put(segment, joined(whole, behindTheFirstBatch));
        long lastSeq;
        try (SegmentLog log = SegmentLog.open(DIRECTORY, SETTINGS, files)) {
            lastSeq = log.lastSeq();
            log.scan(0, line -> line.length() >= 0);
        } catch (CorruptLogException expected) {
            return;
        }
        try (SegmentLog log = SegmentLog.open(DIRECTORY, SETTINGS, files)) {
            if (log.lastSeq() != lastSeq || log.cutBytes() != 0) {
                throw new AssertionError("opened again, the log ends at " + log.lastSeq() + " and not at " + lastSeq);
            }
        }
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = new byte[one.length + other.length];
        System.arraycopy(one, 0, both, 0, one.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
