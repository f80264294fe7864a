package dev.agentkernel.app.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * What the workers of one agent see, as one book: who has which message in hand, and in which order each got them for the first
 * time. Contents are {@code <sender>:<number>}. Safe for use by many threads.
 */
final class WorkerLedger {

    private final Map<String, String> holders = new HashMap<>();
    private final Map<String, Integer> latest = new HashMap<>();
    private final Set<String> received = new HashSet<>();
    private final Set<String> putBack = new HashSet<>();
    private final List<String> violations = new ArrayList<>();
    private int redelivered;

    /** A worker has read a message. */
    synchronized void received(String workerId, JsonNode message) {
        String content = message.path("content").asString();
        String id = message.path("message_id").asString();
        received.add(content);
        String holder = holders.putIfAbsent(id, workerId);
        if (holder != null) {
            violations.add(content + " came to " + workerId + " while " + holder + " had it");
        }
        if (message.path("attempt").asInt() > 1 || putBack.contains(id)) {
            redelivered++;
            return;
        }
        String sender = content.substring(0, content.indexOf(':'));
        int number = Integer.parseInt(content.substring(content.indexOf(':') + 1));
        Integer before = latest.put(workerId + " of " + sender, number);
        if (before != null && before >= number) {
            violations.add(content + " came to " + workerId + " after number " + before);
        }
    }

    /** A worker is about to acknowledge a message, which it does not hold from then on. */
    synchronized void letGo(String workerId, JsonNode message) {
        holders.remove(message.path("message_id").asString(), workerId);
    }

    /** A dead letter is about to be put back: its attempts begin anew, but what comes is not its first delivery. */
    synchronized void putBack(String messageId) {
        putBack.add(messageId);
    }

    /** A worker is about to die, or to leave: what it has in hand may come to others from then on. */
    synchronized void dies(String workerId) {
        holders.values().removeIf(workerId::equals);
    }

    synchronized void violation(String what) {
        violations.add(what);
    }

    synchronized Set<String> received() {
        return Set.copyOf(received);
    }

    synchronized int redelivered() {
        return redelivered;
    }

    synchronized List<String> violations() {
        return List.copyOf(violations);
    }
}
