package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** A log whose files a test can look into, change and take away. */
abstract class LogOnFaultyFiles {

    static final Path DIRECTORY = Path.of("log");
    static final LogSettings ONE_SEGMENT = LogSettings.ofSegmentBytes(1 << 20);
    static final LogSettings ONE_BATCH_PER_SEGMENT = LogSettings.ofSegmentBytes(1);
    static final TestBatch FIRST = TestBatch.of(1, "first");
    static final TestBatch SECOND = TestBatch.of(2, "second", "third");
    static final TestBatch THIRD = TestBatch.of(4, "fourth");

    final List<Position> positions = new ArrayList<>();
    FaultyLogFiles files;
    CapturedWarnings warnings;

    @BeforeEach
    void createFiles() {
        files = new FaultyLogFiles();
        warnings = new CapturedWarnings(TailRecovery.class);
    }

    @AfterEach
    void releaseWarnings() {
        warnings.close();
    }

    void write(LogSettings settings, TestBatch... batches) throws IOException {
        try (SegmentLog log = opened(settings)) {
            for (TestBatch batch : batches) {
                positions.add(batch.appendTo(log));
            }
        }
    }

    SegmentLog opened(LogSettings settings) throws IOException {
        return opened(settings, Position.START);
    }

    SegmentLog opened(LogSettings settings, Position knownGood) throws IOException {
        files.restart();
        return SegmentLog.open(DIRECTORY, settings, files, knownGood, AppendListener.NONE);
    }

    Path lastFile() {
        return files.files().getLast();
    }

    static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }
}
