package dev.agentkernel.api.observe;

import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.events.Event;
import java.nio.charset.StandardCharsets;

/**
 * Events as text. The data of an event is JSON already, and everything around it is made of characters that JSON takes as they
 * are, so an event is put together without writing JSON anew.
 */
final class EventText {

    private EventText() {}

    /** One event in the contract's form. */
    static ByteString json(Event event) {
        StringBuilder head = new StringBuilder(160)
                .append("{\"seq\":")
                .append(event.seq())
                .append(",\"ts\":\"")
                .append(Timestamps.format(event.time()))
                .append("\",\"type\":\"")
                .append(event.type().wireName())
                .append('"');
        if (event.agent() != null) {
            head.append(",\"agent\":\"").append(event.agent()).append('"');
        }
        return around(head.append(",\"data\":"), event.data());
    }

    /** One event in the JSON format of CloudEvents 1.0, with its extension {@code sequence}. */
    static ByteString cloudEvent(Event event) {
        StringBuilder head = new StringBuilder(320)
                .append("{\"specversion\":\"1.0\",\"id\":\"")
                .append(event.seq())
                .append("\",\"source\":\"/observe/events\",\"type\":\"dev.agentkernel.")
                .append(event.type().wireName())
                .append("\",\"time\":\"")
                .append(Timestamps.format(event.time()))
                .append('"');
        if (event.agent() != null) {
            head.append(",\"subject\":\"").append(event.agent()).append('"');
        }
        // Of the same length for every seq, so that the order of texts is the order of events.
        head.append(",\"sequence\":\"")
                .append("%019d".formatted(event.seq()))
                .append("\",\"datacontenttype\":\"application/json\",\"data\":");
        return around(head, event.data());
    }

    private static ByteString around(StringBuilder head, ByteString data) {
        int before = head.length();
        byte[] text = new byte[before + data.size() + 1];
        System.arraycopy(head.toString().getBytes(StandardCharsets.US_ASCII), 0, text, 0, before);
        System.arraycopy(data.unsafeArray(), 0, text, before, data.size());
        text[text.length - 1] = '}';
        return ByteString.wrap(text);
    }
}
