package dev.agentkernel.app.crash;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The event log as it lies on the disk, read without any code of the kernel. */
final class EventLogFiles {

    private EventLogFiles() {}

    /** Every record in order, without the trailers of batches. */
    static List<JsonNode> records(Path dataDirectory) {
        List<JsonNode> records = new ArrayList<>();
        for (Path segment : segments(dataDirectory)) {
            try {
                for (String line : Files.readAllLines(segment)) {
                    if (!line.startsWith("{\"batch\":")) {
                        records.add(JsonMapper.shared().readTree(line));
                    }
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
        return records;
    }

    /** The files in the order of the number in their names. */
    static List<Path> segments(Path dataDirectory) {
        try (Stream<Path> files = Files.list(dataDirectory.resolve("events"))) {
            return files.filter(file -> file.toString().endsWith(".jsonl"))
                    .sorted()
                    .toList();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What is wrong with the numbers and times of the records: seq counts from 1 without a gap, ts never decreases. */
    static List<String> disorder(List<JsonNode> records) {
        List<String> wrong = new ArrayList<>();
        long seq = 0;
        Instant time = Instant.EPOCH;
        for (JsonNode each : records) {
            if (each.has("seq") && each.required("seq").asLong() != ++seq) {
                wrong.add("seq " + each.required("seq") + " where " + seq + " was expected");
                seq = each.required("seq").asLong();
            }
            Instant own = Instant.parse(each.required("ts").asString());
            if (own.isBefore(time)) {
                wrong.add("ts " + own + " after " + time);
            }
            time = own;
        }
        return wrong;
    }

    /** The data of all events of a type, in order. */
    static List<JsonNode> events(List<JsonNode> records, String type) {
        return records.stream()
                .filter(each -> each.path("type").asString("").equals(type))
                .map(each -> each.required("data"))
                .toList();
    }

    /** One field of all events of a type, in order. */
    static List<String> texts(List<JsonNode> records, String type, String field) {
        return events(records, type).stream()
                .map(data -> data.required(field).asString())
                .toList();
    }
}
