package dev.agentkernel.storage.records;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.StampedRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whatever a line of the log holds: it is a record, which written again is the same record, or it is unreadable. */
class RecordReaderFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aLineIsARecordOrUnreadable(byte[] line) {
        StampedRecord record;
        try {
            record = RecordReader.read(line, 0, line.length);
        } catch (UnreadableRecordException expected) {
            return;
        }
        // What a damaged line happens to say may have no way to be written; once written, it stays as it is.
        byte[] written = write(record);
        StampedRecord read = RecordReader.read(written, 0, written.length);
        requireSame(written, write(read));
        if (read.record().isPublic()) {
            requireSame(RecordReader.toEvent(read), EventReader.read(written, 0, written.length, EventFilter.ALL));
        }
    }

    private static void requireSame(byte[] written, byte[] again) {
        if (!Arrays.equals(written, again)) {
            throw new AssertionError("written as " + new String(written, StandardCharsets.UTF_8)
                    + ", read and written as " + new String(again, StandardCharsets.UTF_8));
        }
    }

    private static void requireSame(Event expected, @Nullable Event seen) {
        if (!expected.equals(seen)) {
            throw new AssertionError("the event " + expected + " is shown as " + seen);
        }
    }

    private static byte[] write(StampedRecord record) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        RecordWriter.writeLines(List.of(record), lines);
        return lines.toByteArray();
    }
}
