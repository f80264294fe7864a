package dev.agentkernel.api.observe;

import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.observe.EventFeed.Next;
import dev.agentkernel.api.observe.EventFeed.Streamed;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.api.sockets.SocketRules;
import dev.agentkernel.api.sockets.Sockets;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.observation.Observation;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The live stream of events: over a WebSocket, or as server-sent events for whoever accepts these. */
@Controller
class StreamController {

    private static final String NAME = "events";
    private static final String SERVER_SENT = "text/event-stream";
    private static final Duration PING = Duration.ofSeconds(30);
    private static final Duration SILENCE_MAX = Duration.ofSeconds(90);
    private static final Duration LIFETIME_MAX = Duration.ofDays(1);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);
    private static final int OUTGOING_BYTES_MAX = 8 << 20;

    private final Observation observation;
    private final EventFeed feed;
    private final Sockets sockets;
    private final SocketRules rules;
    private final AtomicInteger serverSent = new AtomicInteger();
    private final int streamsMax;

    StreamController(Kernel kernel, EventFeed feed, Sockets sockets, ApiSettings settings) {
        this.observation = kernel.liveObservation();
        this.feed = feed;
        this.sockets = sockets;
        this.streamsMax = settings.streamsMax();
        this.rules = SocketRules.named(NAME)
                .socketsMax(streamsMax)
                .outgoingBytesMax(OUTGOING_BYTES_MAX)
                .pingEvery(PING)
                .silenceMax(SILENCE_MAX)
                .lifetimeMax(LIFETIME_MAX);
    }

    @GetMapping("/observe/events/stream")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    void stream(QueryParameters query, HttpServletRequest request, HttpServletResponse response)
            throws IOException, ServletException, InterruptedException {
        EventFilter filter = EventParameters.filter(query);
        long since = since(query, request);
        String accept = request.getHeader("Accept");
        // A client may offer to go on in another version of HTTP by the same field.
        boolean isServerSent = !"websocket".equalsIgnoreCase(request.getHeader("Upgrade"))
                && accept != null
                && accept.contains(SERVER_SENT);
        if (sockets.open(NAME) + serverSent.get() >= streamsMax) {
            throw tooMany();
        }
        if (isServerSent) {
            serve(filter, since, response);
        } else {
            sockets.accept(rules, request, response, socket -> new EventSocket(socket, feed, filter, since));
        }
    }

    private RefusedException tooMany() {
        return RefusedException.temporary(
                ErrorCode.TOO_MANY_CONNECTIONS,
                "There are " + streamsMax + " streams already, which is the limit.",
                RETRY_AFTER);
    }

    /** From where the client says; else from now on. What it saw last counts more than where it once began. */
    private long since(QueryParameters query, HttpServletRequest request) {
        String lastSeen = request.getHeader("Last-Event-ID");
        if (lastSeen != null && !lastSeen.isBlank()) {
            return EventParameters.seq("Last-Event-ID", lastSeen.strip());
        }
        OptionalLong since = EventParameters.seq("since", query);
        return since.isPresent() ? since.getAsLong() : observation.lastSeq();
    }

    /** Holds the request, whose thread is a virtual one, for as long as the stream goes on. */
    private void serve(EventFilter filter, long since, HttpServletResponse response)
            throws IOException, InterruptedException {
        if (serverSent.incrementAndGet() > streamsMax) {
            serverSent.decrementAndGet();
            throw tooMany();
        }
        feed.join();
        try {
            response.setContentType(SERVER_SENT);
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            response.flushBuffer();
            write(filter, since, response.getOutputStream());
        } finally {
            feed.leave();
            serverSent.decrementAndGet();
        }
    }

    private void write(EventFilter filter, long since, OutputStream out) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIFETIME_MAX.toNanos();
        long place = since;
        long silentSince = System.nanoTime();
        while (feed.isOpen() && System.nanoTime() - end < 0) {
            Next next = feed.next(place, filter, Duration.ofSeconds(1));
            for (Streamed streamed : next.events()) {
                out.write(("id: " + streamed.event().seq() + "\ndata: ").getBytes(StandardCharsets.US_ASCII));
                out.write(streamed.json().unsafeArray());
                out.write('\n');
                out.write('\n');
            }
            if (!next.events().isEmpty()) {
                out.flush();
                silentSince = System.nanoTime();
            } else if (System.nanoTime() - silentSince > PING.toNanos()) {
                // A comment, which shows whether the client is still there.
                out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                silentSince = System.nanoTime();
            }
            place = next.reached();
        }
    }
}
