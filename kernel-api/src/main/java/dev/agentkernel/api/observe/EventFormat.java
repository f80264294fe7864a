package dev.agentkernel.api.observe;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventPage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The forms in which a page of events is given. */
enum EventFormat {

    /** One object with the events and the place to go on from. */
    JSON("application/json", "{\"events\":[", ",") {
        @Override
        ByteString one(Event event) {
            return EventText.json(event);
        }

        @Override
        String end(EventPage page) {
            return "],\"next_cursor\":" + page.reached() + ",\"has_more\":" + page.hasMore() + "}";
        }
    },

    /** One event per line, as in the log itself. */
    NDJSON("application/x-ndjson", "", "\n") {
        @Override
        ByteString one(Event event) {
            return EventText.json(event);
        }

        @Override
        String end(EventPage page) {
            return page.events().isEmpty() ? "" : "\n";
        }
    },

    /** A batch of CloudEvents. */
    CLOUDEVENTS("application/cloudevents-batch+json", "[", ",") {
        @Override
        ByteString one(Event event) {
            return EventText.cloudEvent(event);
        }

        @Override
        String end(EventPage page) {
            return "]";
        }
    };

    private final String mediaType;
    private final String begin;
    private final String between;

    EventFormat(String mediaType, String begin, String between) {
        this.mediaType = mediaType;
        this.begin = begin;
        this.between = between;
    }

    /**
     * The format of a name.
     *
     * @throws RefusedException {@code bad_request} if there is none of this name
     */
    static EventFormat of(String name) {
        return switch (name) {
            case "", "json" -> JSON;
            case "ndjson" -> NDJSON;
            case "cloudevents" -> CLOUDEVENTS;
            default -> throw RefusedException.badRequest("'format' must be json, ndjson or cloudevents.");
        };
    }

    String mediaType() {
        return mediaType;
    }

    abstract ByteString one(Event event);

    abstract String end(EventPage page);

    /** How many bytes the page takes, whose events are these texts. */
    long size(EventPage page, List<ByteString> texts) {
        long size = begin.length() + end(page).length() + (long) between.length() * Math.max(0, texts.size() - 1);
        for (ByteString text : texts) {
            size += text.size();
        }
        return size;
    }

    void write(EventPage page, List<ByteString> texts, OutputStream out) throws IOException {
        byte[] separator = ascii(between);
        out.write(ascii(begin));
        for (int i = 0; i < texts.size(); i++) {
            if (i > 0) {
                out.write(separator);
            }
            out.write(texts.get(i).unsafeArray());
        }
        out.write(ascii(end(page)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
