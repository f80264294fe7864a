package dev.agentkernel.storage.embedded.log;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A log on a real file system where nothing fails. */
abstract class LogOnRealFiles {

    static final LogSettings ONE_BATCH_PER_SEGMENT = LogSettings.ofSegmentBytes(1);
    static final LogSettings ONE_SEGMENT = LogSettings.ofSegmentBytes(LogSettings.DEFAULT_SEGMENT_BYTES);

    @TempDir
    Path parent;

    Path directory;
    SegmentLog log;

    @BeforeEach
    void open() throws IOException {
        directory = parent.resolve("data/events");
        log = SegmentLog.open(directory, ONE_SEGMENT, new NioLogFiles());
    }

    @AfterEach
    void close() throws IOException {
        log.close();
    }

    void reopen(LogSettings settings) throws IOException {
        log.close();
        log = SegmentLog.open(directory, settings, new NioLogFiles());
    }

    void assertRefused(String problem, String lines, int records, long firstSeq, long lastSeq) {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        log.append(ByteBuffer.wrap(lines.getBytes(StandardCharsets.UTF_8)), records, firstSeq, lastSeq))
                .withMessageContaining(problem);
    }
}
