package dev.agentkernel.storage.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.IdempotencyEntry;
import dev.agentkernel.core.messages.Route;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/** What is written to the log is read back as it was, of every type and with any text. */
class RecordRoundTripTest {

    private static final Instant TIME = Instant.parse("2026-01-02T03:04:05.678901Z");

    /** What an observer may see of each type of event; a name that is not here is nobody's business. */
    private static final Map<EventType, Set<String>> PUBLIC_FIELDS = new EnumMap<>(Map.ofEntries(
            Map.entry(EventType.OPERATOR_CREATED, Set.of("operator_id", "contact_hash", "accepted_terms")),
            Map.entry(EventType.AGENT_REGISTERED, Set.of("address", "operator_id", "has_webhook")),
            Map.entry(
                    EventType.AGENT_UPDATED,
                    Set.of("address", "has_webhook", "profile", "name", "description", "tags")),
            Map.entry(EventType.AGENT_DEREGISTERED, Set.of("address", "operator_id")),
            Map.entry(EventType.TOKEN_ROTATED, Set.of("address", "operator_id")),
            Map.entry(EventType.MESSAGE_SENT, Set.of("message_id", "from", "to", "content", "content_length")),
            Map.entry(EventType.MESSAGE_DELIVERED, Set.of("message_id", "to", "delivery_method")),
            Map.entry(EventType.MESSAGE_DEAD, Set.of("message_id", "to", "attempts")),
            Map.entry(EventType.MESSAGE_EXPIRED, Set.of("message_id", "to")),
            Map.entry(EventType.STATE_WRITTEN, Set.of("key", "value", "value_length", "written_by")),
            Map.entry(EventType.STATE_DELETED, Set.of("key", "deleted_by")),
            Map.entry(EventType.STATE_READ, Set.of("key", "read_by", "found")),
            Map.entry(
                    EventType.CONTENT_REMOVED,
                    Set.of(
                            "number",
                            "action",
                            "key",
                            "message_id",
                            "reason",
                            "performed_by",
                            "content_hash",
                            "removed_at",
                            "previous_hash",
                            "entry_hash")),
            Map.entry(EventType.REGISTRY_READ, Set.of("read_by"))));

    static List<Class<? extends LogRecord>> types() {
        return AnyRecord.types();
    }

    static List<String> texts() {
        return List.of(
                "plain",
                "x",
                "\u0000\u0001\u001f\u007f\u0080",
                "\u2028\u2029\ufeff\uffff",
                "\ud83d\ude00 \ud834\udd1e",
                "\"quoted\" \\ back \\u0041 / slash",
                "line\nfeed\r\ttab",
                "{\"batch\":1,\"seq\":2,\"private\":{}}",
                // Each of these characters becomes six bytes of JSON.
                "\u0001".repeat(1 << 20),
                "é\ud83d\ude00".repeat(150_000));
    }

    @ParameterizedTest
    @MethodSource("types")
    void everyTypeShouldBeReadAsItWasWritten(Class<? extends LogRecord> type) throws ReflectiveOperationException {
        for (String text : texts()) {
            for (boolean withOptionalParts : new boolean[] {true, false}) {
                StampedRecord written = stamped(new AnyRecord(text.hashCode(), text, withOptionalParts).of(type), 7);
                assertThat(readAll(write(List.of(written)))).containsExactly(written);
            }
        }
    }

    @Test
    void everyTypeOfEventShouldHaveARecord() {
        assertThat(types()).hasSizeGreaterThanOrEqualTo(12);
        Set<EventType> made = new TreeSet<>();
        for (Class<? extends LogRecord> type : types()) {
            anyOf(type).type().ifPresent(made::add);
        }
        assertThat(made).containsExactly(EventType.values()).isEqualTo(PUBLIC_FIELDS.keySet());
    }

    private static LogRecord anyOf(Class<? extends LogRecord> type) {
        try {
            return new AnyRecord(1, "text", true).of(type);
        } catch (ReflectiveOperationException bug) {
            throw new AssertionError(bug);
        }
    }

    @Test
    void aBatchShouldBeOneLineForEachRecord() {
        List<StampedRecord> batch = new ArrayList<>();
        for (Class<? extends LogRecord> type : types()) {
            batch.add(stamped(anyOf(type), batch.size() + 1));
        }
        byte[] lines = write(batch);

        assertThat(new String(lines, StandardCharsets.UTF_8).lines()).hasSize(batch.size());
        assertThat(lines[lines.length - 1]).isEqualTo((byte) '\n');
        assertThat(readAll(lines)).isEqualTo(batch);
    }

    @ParameterizedTest
    @MethodSource("types")
    void anEventShouldShowItsPublicFieldsAndNoOther(Class<? extends LogRecord> type) {
        StampedRecord record = stamped(anyOf(type), 5);
        if (!record.record().isPublic()) {
            assertThatThrownBy(() -> RecordReader.toEvent(record)).isInstanceOf(IllegalStateException.class);
            return;
        }
        Event event = RecordReader.toEvent(record);

        assertThat(names(event.data())).isNotEmpty().isSubsetOf(PUBLIC_FIELDS.get(event.type()));
        assertThat(event.seq()).isEqualTo(5);
        assertThat(event.time()).isEqualTo(TIME);
        assertThat(event.agent()).isEqualTo(record.record().agent());
    }

    @Test
    void noSecretShouldBeSeenInAnEvent() {
        ByteString digest = ByteString.ofHex("deadbeef".repeat(8));
        IdempotencyEntry entry = new IdempotencyEntry("the-senders-own-key", digest, TIME);
        UUID id = UUID.randomUUID();
        List<LogRecord> records = List.of(
                new LogRecord.OperatorCreated(id, "hash", true, digest),
                new LogRecord.AgentRegistered("tab_a", id, digest, "https://secret.example/hook"),
                new LogRecord.OperatorKeyRotated(id, 2, digest),
                new LogRecord.AgentTokenRotated("tab_a", 2, digest),
                new LogRecord.MessageSent(id, "tab_a", "tab_b", ByteString.ofHex("41"), Route.PUSH, entry));
        for (LogRecord record : records) {
            String line = new String(write(List.of(stamped(record, 1))), StandardCharsets.UTF_8);
            String event = RecordReader.toEvent(stamped(record, 1)).data().toUtf8();
            assertThat(line).contains("deadbeef");
            assertThat(event).doesNotContain("deadbeef", "secret.example", "the-senders-own-key", "PUSH");
        }
    }

    @Test
    void theDataOfAnEventShouldStandInItsLine() {
        for (Class<? extends LogRecord> type : types()) {
            StampedRecord record = stamped(anyOf(type), 1);
            if (record.record().isPublic()) {
                assertThat(new String(write(List.of(record)), StandardCharsets.UTF_8))
                        .contains("\"data\":"
                                + RecordReader.toEvent(record).data().toUtf8());
            }
        }
    }

    @Test
    void aLineShouldReadAsTheEventOfItsRecordWhereverItStands() {
        for (Class<? extends LogRecord> type : types()) {
            StampedRecord record = stamped(anyOf(type), 7);
            if (record.record().isPublic()) {
                byte[] line = write(List.of(record));
                byte[] among = new byte[line.length + 20];
                System.arraycopy(line, 0, among, 11, line.length);
                Event expected = RecordReader.toEvent(record);
                assertThat(EventReader.read(among, 11, line.length, EventFilter.ALL))
                        .isEqualTo(expected);
                assertThat(EventReader.read(among, 11, line.length - 1, EventFilter.ALL))
                        .isEqualTo(expected);
                assertThat(EventReader.read(
                                line, 0, line.length, new EventFilter(Set.of(expected.type()), expected.agent())))
                        .isEqualTo(expected);
                assertThat(EventReader.read(line, 0, line.length, new EventFilter(Set.of(), "tab_nobody")))
                        .isNull();
            }
        }
    }

    /** UTF-8 cannot say half of a surrogate pair; the tables hold the same replacement, or they could not be rebuilt. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void halfASurrogatePairShouldBecomeAQuestionMark(int which) {
        String text = List.of("end \ud83d", "\ud83d middle", "\ude00\ud83d\ude00", "\ude00")
                .get(which);
        String kept = List.of("end ?", "? middle", "?\ud83d\ude00", "?").get(which);
        IdempotencyEntry entry = new IdempotencyEntry(text, ByteString.ofHex("41"), TIME);
        UUID id = UUID.randomUUID();
        List<LogRecord> records = List.of(
                new LogRecord.StateRead(text, "tab_a", true),
                new LogRecord.OperatorCreated(id, text, true, ByteString.ofHex("41")),
                new LogRecord.AgentRegistered("tab_a", id, ByteString.ofHex("41"), text),
                new LogRecord.MessageSent(id, "tab_a", "tab_b", ByteString.ofHex("41"), Route.PULL, entry));
        for (LogRecord record : records) {
            StampedRecord read = readAll(write(List.of(stamped(record, 1)))).getFirst();
            assertThat(read.record().toString()).isEqualTo(record.toString().replace(text, kept));
            assertThat(UnicodeText.wellFormed(text)).isEqualTo(kept);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "[]",
                "{}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"state_read\"}",
                "{\"seq\":1,\"ts\":\"yesterday\",\"type\":\"registry_read\",\"data\":{\"read_by\":\"a\"}}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"unheard_of\",\"data\":{}}",
                "{\"seq\":\"1\",\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"registry_read\",\"data\":{\"read_by\":\"a\"}}",
                "{\"seq\":1.5,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"registry_read\",\"data\":{\"read_by\":\"a\"}}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"registry_read\",\"data\":{\"read_by\":\"a\"}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"registry_read\",\"data\":{\"read_by\":\"a\"}}{}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"token_rotated\",\"data\":{\"operator_id\":\"x\"}}",
                "{\"ts\":\"2026-01-02T03:04:05Z\",\"private\":{\"kind\":\"unheard_of\"}}",
                "{\"ts\":\"2026-01-02T03:04:05Z\",\"private\":{\"kind\":\"challenge_used\",\"challenge\":\"xyz\"}}",
                "{\"ts\":\"2026-01-02T03:04:05Z\",\"private\":{\"kind\":\"messages_returned\",\"recipient\":\"a\","
                        + "\"route\":\"PULL\",\"messages\":[1]}}",
                "{\"ts\":\"2026-01-02T03:04:05Z\",\"private\":{\"kind\":\"messages_returned\",\"recipient\":\"a\","
                        + "\"route\":\"SIDEWAYS\",\"messages\":[]}}",
                "{\"seq\":1,\"ts\":\"2026-01-02T03:04:05Z\",\"type\":\"state_deleted\",\"data\":{\"key\":\"k\","
                        + "\"deleted_by\":\"a\"},\"private\":{\"previous_bytes\":9999999999}}"
            })
    void aLineThatIsNoRecordShouldBeCalledUnreadable(String line) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);

        assertThatExceptionOfType(UnreadableRecordException.class)
                .isThrownBy(() -> RecordReader.read(bytes, 0, bytes.length));
    }

    private static StampedRecord stamped(LogRecord record, long seq) {
        return new StampedRecord(record.isPublic() ? seq : StampedRecord.NO_SEQ, TIME, record);
    }

    private static byte[] write(List<StampedRecord> records) {
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        RecordWriter.writeLines(records, lines);
        return lines.toByteArray();
    }

    private static List<StampedRecord> readAll(byte[] lines) {
        List<StampedRecord> records = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < lines.length; i++) {
            if (lines[i] == '\n') {
                records.add(RecordReader.read(lines, start, i - start));
                start = i + 1;
            }
        }
        assertThat(start).isEqualTo(lines.length);
        return records;
    }

    private static Set<String> names(ByteString json) {
        Set<String> names = new TreeSet<>();
        try (JsonParser parser =
                new JsonFactory().createParser(ObjectReadContext.empty(), json.unsafeArray(), 0, json.size())) {
            while (parser.nextToken() != null) {
                if (parser.currentToken() == JsonToken.PROPERTY_NAME) {
                    names.add(parser.currentName());
                }
            }
        }
        return names;
    }
}
