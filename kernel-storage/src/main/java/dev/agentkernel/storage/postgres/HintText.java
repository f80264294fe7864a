package dev.agentkernel.storage.postgres;

import dev.agentkernel.core.cluster.LocalWakeups;
import java.util.ArrayList;
import java.util.List;

/**
 * Notifications as text: a line with the format's version, one with the process that sends and the number that it gives to this
 * sending, then one for each hint.
 */
final class HintText {

    /** The server takes less than 8,000 bytes. */
    static final int PAYLOAD_BYTES_MAX = 7_900;

    private static final String VERSION = "1";
    private static final String EVERYTHING = "* *";

    private HintText() {}

    /** The head of a notification. */
    record Head(String origin, long number) {}

    /** The payloads that carry the hints, one at least, so that the sender hears from itself. All lines are ASCII. */
    static List<String> payloads(Head head, List<Hint> hints, boolean everything) {
        String first = VERSION + '\n' + head.origin() + ' ' + head.number();
        List<String> payloads = new ArrayList<>();
        StringBuilder payload = new StringBuilder(first);
        if (everything) {
            payload.append('\n').append(EVERYTHING);
        }
        for (Hint hint : hints) {
            String line = hint.line();
            if (payload.length() + 1 + line.length() > PAYLOAD_BYTES_MAX) {
                payloads.add(payload.toString());
                payload = new StringBuilder(first);
            }
            payload.append('\n').append(line);
        }
        payloads.add(payload.toString());
        return payloads;
    }

    /**
     * Who sent a payload.
     *
     * @throws IllegalArgumentException if it is of another version, or none at all
     */
    static Head headOf(String payload) {
        String[] lines = payload.split("\n", 3);
        int space = lines.length < 2 ? -1 : lines[1].indexOf(' ');
        if (space < 0 || !lines[0].equals(VERSION)) {
            throw new IllegalArgumentException("not a notification of version " + VERSION);
        }
        return new Head(lines[1].substring(0, space), Long.parseLong(lines[1].substring(space + 1)));
    }

    /** Hands on the hints of a payload; has everybody look at everything where one cannot be understood. */
    static void deliver(String payload, LocalWakeups local) {
        List<String> lines = payload.lines().skip(2).toList();
        boolean understood = true;
        for (String line : lines) {
            if (line.equals(EVERYTHING)) {
                understood = false;
                continue;
            }
            try {
                Hint.parse(line).ifPresent(hint -> hint.deliverTo(local));
            } catch (IllegalArgumentException garbled) {
                understood = false;
            }
        }
        if (!understood) {
            local.rescan();
        }
    }
}
