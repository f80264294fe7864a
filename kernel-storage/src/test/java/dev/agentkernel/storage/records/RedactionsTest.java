package dev.agentkernel.storage.records;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Removed contents: what stands in their place, for readers and on the disk. */
class RedactionsTest {

    private static final UUID ID = UUID.fromString("018f0000-0000-7000-8000-000000000001");

    private static byte[] line(LogRecord record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RecordWriter.writeLines(List.of(new StampedRecord(7, Instant.EPOCH, record)), out);
        return out.toByteArray();
    }

    private static ByteString utf8(String text) {
        return ByteString.ofUtf8(text).orElseThrow();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "secret",
                "\u0000\u0001\u001f",
                "\"quoted\" \\ / \n\r\t\b\f",
                "\u00e9 \u20ac \ud83d\ude00 \u2028",
                "\"content\":\"x\",\"data\":{}"
            })
    void blankedLinesShouldHaveTheLengthsAndNothingElseOfTheContent(String content) {
        for (LogRecord record : List.of(
                new LogRecord.MessageSent(ID, "tab_a", "tab_b", utf8(content), Route.PULL, null),
                new LogRecord.StateWritten("content\":\"", utf8(content), "tab_a", -1))) {
            byte[] line = line(record);
            byte[] blank = Redactions.blanked(line, 0, line.length - 1);
            assertThat(blank).hasSize(line.length - 1);
            StampedRecord read = RecordReader.read(blank, 0, blank.length);
            ByteString left = read.record() instanceof LogRecord.MessageSent sent
                    ? sent.content()
                    : ((LogRecord.StateWritten) read.record()).value();
            assertThat(left.size()).isEqualTo(utf8(content).size());
            assertThat(left.toUtf8()).matches("[#/ \u00a0\u3000]+");
            assertThat(Redactions.blanked(blank, 0, blank.length)).isEqualTo(blank);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "a\"b\\c/\u00e9\ud83d\ude00", "\u0001"})
    void eventShouldBeginAsItsTargetSays(String key) {
        ByteString data = RecordWriter.dataOf(new LogRecord.StateWritten(key, utf8("v"), "tab_a", -1));
        byte[] beginning = Redactions.beginningOf(RemovalTarget.state(key));
        assertThat(new String(data.unsafeArray(), StandardCharsets.UTF_8))
                .startsWith(new String(beginning, StandardCharsets.UTF_8) + ",");
        Event event = new Event(1, Instant.EPOCH, EventType.STATE_WRITTEN, "tab_a", data);
        assertThat(Redactions.targetOf(event)).contains(RemovalTarget.state(key));
        assertThat(Redactions.contentOf(event.type(), data)).isEqualTo(utf8("v"));
        Event redacted = Redactions.redacted(event, "why \"so\"");
        assertThat(redacted.data().toUtf8())
                .contains(Removal.PLACEHOLDER, "\"value_length\":1", "\"redacted\":true", "why \\\"so\\\"");
        assertThat(Redactions.redacted(redacted, "why \"so\"")).isEqualTo(redacted);
    }
}
