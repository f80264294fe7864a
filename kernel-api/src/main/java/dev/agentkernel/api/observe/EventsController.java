package dev.agentkernel.api.observe;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.observation.Observation;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The event log, page by page. */
@Controller
class EventsController {

    private static final long PAGE_BYTES = EventQuery.Effort.DEFAULT.bytes();

    /** So many of the largest pages are read at once in any case. */
    private static final long PAGES_MIN = 4;

    /** Observers have their own part of the memory, a small one: they must not take it from agents. */
    private static final long SHARE = 4;

    private final Observation observation;
    private final BytesInFlight inFlight;

    EventsController(Kernel kernel, ApiSettings settings) {
        this.observation = kernel.observation();
        this.inFlight = new BytesInFlight(Math.max(PAGES_MIN * PAGE_BYTES, settings.bytesInFlightMax() / SHARE));
    }

    @GetMapping("/observe/events")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    void events(QueryParameters parameters, HttpServletResponse response) throws IOException {
        EventFormat format = EventFormat.of(parameters.text("format").orElse(""));
        EventQuery query = EventParameters.query(parameters);
        // What a page may hold is taken before it is read, and what it does not hold is given back.
        long reserved = PAGE_BYTES;
        inFlight.reserve(reserved);
        try {
            EventPage page = observation.events(query);
            long unused = Math.max(0, reserved - dataBytes(page));
            inFlight.release(unused);
            reserved -= unused;
            write(page, format, response);
        } finally {
            inFlight.release(reserved);
        }
    }

    private static long dataBytes(EventPage page) {
        return page.events().stream().mapToLong(event -> event.data().size()).sum();
    }

    private static void write(EventPage page, EventFormat format, HttpServletResponse response) throws IOException {
        List<ByteString> texts = page.events().stream().map(format::one).toList();
        response.setStatus(HttpServletResponse.SC_OK);
        response.setHeader("X-Content-Type-Options", "nosniff");
        response.setHeader("Cache-Control", "no-store");
        response.setHeader("X-Next-Cursor", Long.toString(page.reached()));
        response.setHeader("X-Has-More", Boolean.toString(page.hasMore()));
        response.setContentType(format.mediaType());
        response.setContentLengthLong(format.size(page, texts));
        format.write(page, texts, response.getOutputStream());
        response.flushBuffer();
    }
}
