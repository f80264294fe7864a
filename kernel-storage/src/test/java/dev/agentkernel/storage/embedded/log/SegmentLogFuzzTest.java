package dev.agentkernel.storage.embedded.log;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Whatever the last segment holds: a torn end is cut off or damage is named; what can be opened is whole, goes on, and is the same when opened again. */
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
        Replayed found;
        try (SegmentLog log = SegmentLog.open(DIRECTORY, SETTINGS, files)) {
            found = Replayed.all(log);
            if (Replayed.scanned(log, 0).size()
                    > found.batches.stream().mapToInt(List::size).sum()) {
                throw new AssertionError("more lines are scanned than replayed");
            }
            TestBatch.of(log.lastSeq() + 1, "next").appendTo(log);
        } catch (CorruptLogException expected) {
            return;
        }
        try (SegmentLog log = SegmentLog.open(DIRECTORY, SETTINGS, files)) {
            Replayed again = Replayed.all(log);
            int before = found.batches.size();
            if (log.cutBytes() != 0
                    || again.batches.size() != before + 1
                    || !again.batches.subList(0, before).equals(found.batches)) {
                throw new AssertionError("opened again, the log holds " + again.batches + " and not " + found.batches);
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
