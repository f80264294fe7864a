package dev.agentkernel.bench.baseline;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * One answer of the kernel, which the bare server repeats.
 *
 * @param status the status code
 * @param headers the headers that the application set, without those that every server writes by itself
 * @param body the bytes of the body; nobody changes them
 */
@SuppressWarnings("ArrayRecordComponent") // Compared by nobody, and copied by nobody: it is written to sockets.
public record RecordedAnswer(int status, Map<String, List<String>> headers, byte[] body) {
    private static final Set<String> WRITTEN_BY_EVERY_SERVER =
            Set.of("connection", "content-length", "date", "keep-alive", "transfer-encoding");

    /** Returns the answer without the headers that every server writes by itself. */
    public static RecordedAnswer of(int status, Map<String, List<String>> headers, byte[] body) {
        Map<String, List<String>> kept = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.forEach((name, values) -> {
            if (!name.startsWith(":") && !WRITTEN_BY_EVERY_SERVER.contains(name.toLowerCase(Locale.ROOT))) {
                kept.put(name, List.copyOf(values));
            }
        });
        return new RecordedAnswer(status, kept, body);
    }
}
