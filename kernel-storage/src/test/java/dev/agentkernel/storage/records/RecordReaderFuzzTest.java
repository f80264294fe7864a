package dev.agentkernel.storage.records;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Whatever a line of the log holds: it is a record, or unreadable, and nothing else happens. */
class RecordReaderFuzzTest {

    @FuzzTest(maxDuration = "1m")
    void aLineIsARecordOrUnreadable(byte[] line) {
        try {
            RecordReader.read(line, 0, line.length);
        } catch (UnreadableRecordException expected) {
            // Said with its reason.
        }
    }
}
