package dev.agentkernel.api.observe;

import dev.agentkernel.api.json.JsonFields;
import dev.agentkernel.api.sockets.OpenSocket;
import dev.agentkernel.api.sockets.SocketClose;
import dev.agentkernel.api.sockets.SocketListener;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.observation.Observation;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/**
 * Feeds all dashboards from one thread: it reads the log for each subscription from where it was, so that nothing is missed, and
 * leaves out who has not read yet what was sent before. Safe for use by many threads.
 */
@Component
class DashboardFeed implements DisposableBean {

    static final String SOCKETS = "dashboard";

    private static final Logger log = LoggerFactory.getLogger(DashboardFeed.class);

    private static final long PERIOD_MILLIS = 200;
    private static final int GAUGES_EVERY = 5;
    private static final int PAGE_EVENTS_MAX = 500;

    /** About half of what may wait for a client: the rest is room for the page that is sent then. */
    private static final int BACKLOG_BYTES_MAX = 256 << 10;

    private static final int TYPES_MAX = 50;
    private static final EventQuery.Effort EFFORT = new EventQuery.Effort(10_000, 8L << 20, 512L << 10);

    private final Observation observation;
    private final Gauges gauges;
    private final Set<Dashboard> dashboards = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("kernel-dashboards").daemon().unstarted(task));
    private int rounds;

    DashboardFeed(Kernel kernel, ObjectProvider<Gauges> gauges) {
        this.observation = kernel.liveObservation();
        this.gauges = gauges.getIfAvailable(() -> Map::of);
        var unused = timer.scheduleWithFixedDelay(this::runOnce, PERIOD_MILLIS, PERIOD_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** A dashboard that has connected. */
    SocketListener join(OpenSocket socket) {
        return new Dashboard(socket);
    }

    private void runOnce() {
        try {
            boolean withGauges = rounds++ % GAUGES_EVERY == 0;
            if (dashboards.isEmpty()) {
                return;
            }
            byte[] measured = withGauges ? gaugesText() : new byte[0];
            for (Dashboard dashboard : dashboards) {
                if (withGauges) {
                    dashboard.socket.send(measured);
                }
                dashboard.feed();
            }
        } catch (RuntimeException fault) {
            log.warn("Feeding the dashboards failed; it is tried again in {} ms", PERIOD_MILLIS, fault);
        }
    }

    private byte[] gaugesText() {
        StringBuilder text = new StringBuilder("{\"type\":\"gauges\"");
        gauges.read().forEach((name, value) -> {
            if (Double.isFinite(value)) {
                text.append(",\"").append(name).append("\":").append(plain(value));
            }
        });
        return text.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String plain(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }

    @Override
    public void destroy() {
        timer.shutdownNow();
    }

    /** What a dashboard wants to see, and how far it has seen it. */
    private record Subscription(EventFilter filter, long since) {}

    /** One connected page. */
    private final class Dashboard implements SocketListener {

        private final OpenSocket socket;
        private final AtomicReference<Optional<Subscription>> subscription = new AtomicReference<>(Optional.empty());

        Dashboard(OpenSocket socket) {
            this.socket = socket;
        }

        @Override
        public void opened() {
            dashboards.add(this);
            socket.send(gaugesText());
        }

        @Override
        public void text(byte[] utf8) {
            try {
                subscription.set(JsonFields.parse(utf8, utf8.length, DashboardFeed::subscription));
            } catch (RefusedException malformed) {
                socket.close(new SocketClose(4400, "not a subscription"));
            }
        }

        @Override
        public void closed(SocketClose why) {
            dashboards.remove(this);
        }

        private void feed() {
            Optional<Subscription> current = subscription.get();
            if (current.isEmpty() || socket.queuedBytes() > BACKLOG_BYTES_MAX) {
                return;
            }
            Subscription now = current.get();
            EventPage page = observation.events(
                    EventQuery.after(now.since(), now.filter(), PAGE_EVENTS_MAX).with(EFFORT));
            Optional<Subscription> next = Optional.of(new Subscription(now.filter(), page.reached()));
            // A new subscription that came meanwhile starts from its own place.
            if (page.reached() > now.since() && subscription.compareAndSet(current, next)) {
                socket.send(pageText(page));
            }
        }
    }

    private static byte[] pageText(EventPage page) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        text.writeBytes(("{\"type\":\"events\",\"reached\":" + page.reached() + ",\"events\":[")
                .getBytes(StandardCharsets.UTF_8));
        List<Event> events = page.events();
        for (int i = 0; i < events.size(); i++) {
            if (i > 0) {
                text.write(',');
            }
            text.writeBytes(EventText.json(events.get(i)).unsafeArray());
        }
        text.writeBytes("]}".getBytes(StandardCharsets.UTF_8));
        return text.toByteArray();
    }

    /** What a frame asks for; nothing when it ends a subscription, or can have none. */
    private static Optional<Subscription> subscription(JsonFields fields) {
        String type = "";
        String agent = "";
        String since = "0";
        Set<EventType> types = EnumSet.noneOf(EventType.class);
        while (fields.next()) {
            switch (fields.name()) {
                case "type" -> type = fields.text();
                case "agent" -> agent = fields.text();
                case "since" -> since = fields.text();
                case "types" ->
                    fields.textsOrNone(TYPES_MAX)
                            .forEach(name -> EventType.ofWireName(name).ifPresent(types::add));
                default -> {}
            }
        }
        // What is no address is no agent's: there is nothing to show, and no storage need be able to look for it.
        if (!type.equals("subscribe") || !(agent.isEmpty() || Tokens.isAddress(agent))) {
            return Optional.empty();
        }
        EventFilter filter = new EventFilter(types, agent.isEmpty() ? null : agent);
        return Optional.of(new Subscription(filter, EventParameters.seq("since", since)));
    }
}
