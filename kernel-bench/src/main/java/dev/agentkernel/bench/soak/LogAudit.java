package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.load.JsonText;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the whole event log, one event a line, and holds it against the ledgers. */
final class LogAudit {

    private static final Pattern SEQ = Pattern.compile("\"seq\":(\\d+)");

    private final Violations violations;
    private final Map<Long, String> sent = new HashMap<>();
    private final Set<String> delivered = new HashSet<>();
    private final Set<String> values = new HashSet<>();
    private long events;
    private long last;

    LogAudit(Violations violations) {
        this.violations = violations;
    }

    /** The number of an event. */
    static long seqOf(String line) {
        Matcher seq = SEQ.matcher(line);
        if (!seq.find()) {
            throw new IllegalStateException("an event without a number: " + line);
        }
        return Long.parseLong(seq.group(1));
    }

    void event(String line) {
        long seq = seqOf(line);
        if (seq != last + 1) {
            violations.add("event " + seq + " follows event " + last);
        }
        last = seq;
        events++;
        switch (JsonText.text(line, "type")) {
            case "message_sent" -> sent(JsonText.text(line, "message_id"), JsonText.text(line, "content"));
            case "message_delivered" -> delivered(JsonText.text(line, "message_id"));
            case "state_written" -> written(JsonText.text(line, "value"));
            default -> {
                // Nothing that the ledgers know of.
            }
        }
    }

    private void sent(String messageId, String content) {
        OptionalLong number = Post.numberIn(content);
        if (number.isEmpty()) {
            violations.add("the log has message " + messageId + ", which nobody sent");
            return;
        }
        String before = sent.put(number.getAsLong(), messageId);
        if (before != null) {
            violations.add("post " + number.getAsLong() + " is in the log as " + before + " and as " + messageId);
        }
    }

    private void delivered(String messageId) {
        if (!delivered.add(messageId)) {
            violations.add("message " + messageId + " was delivered twice, by the log");
        }
    }

    private void written(String value) {
        if (!values.add(value)) {
            violations.add("the value " + value + " was written twice, by the log");
        }
    }

    /** Whether the log has the delivery of a message. */
    boolean isDelivered(String messageId) {
        return delivered.contains(messageId);
    }

    /** Returns the number of the last event, 0 before the first. */
    long last() {
        return last;
    }

    /** Returns how many events there were. */
    long events() {
        return events;
    }

    /** What was acknowledged must be in the log. */
    void checkAgainst(Ledger ledger, StateLedger state) {
        ledger.acceptedIds().forEach((number, messageId) -> {
            String logged = sent.get(number);
            if (!messageId.equals(logged)) {
                violations.add("post " + number + " was accepted as " + messageId + " and is in the log "
                        + (logged == null ? "not at all" : "as " + logged));
            }
        });
        for (String messageId : ledger.settledIds()) {
            if (!delivered.contains(messageId)) {
                violations.add("message " + messageId + " arrived for good, and the log has no delivery");
            }
        }
        for (String value : state.acknowledgedValues()) {
            if (!values.contains(value)) {
                violations.add("the value " + value + " was acknowledged and is not in the log");
            }
        }
    }
}
