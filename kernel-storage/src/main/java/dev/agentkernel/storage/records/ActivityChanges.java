package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.storage.EventStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What events add to the counts of activity, summed up so that each row is written once. */
public final class ActivityChanges {

    /** Events are read in pages, so that memory holds the sums and not the contents. */
    private static final int PAGE_EVENTS = 1_000;

    private final SortedMap<String, Counts> agents = new TreeMap<>();
    private final SortedMap<Link, Counts> links =
            new TreeMap<>(Comparator.comparing(Link::from).thenComparing(Link::to));

    /** Two agents, of whom the first sends to the second. */
    public record Link(String from, String to) {}

    /** What is added to an agent's row. */
    public record AgentChange(String address, long sent, long received, long writes, long lastActiveMicros) {}

    /** What is added to a link's row. */
    public record LinkChange(String from, String to, long messages) {}

    private static final class Counts {
        private long sent;
        private long received;
        private long writes;
        private long lastActiveMicros;
    }

    private ActivityChanges() {}

    /**
     * Adds up the events of a range, which the log has.
     *
     * @param after the last event before the range
     * @param upTo the last event of the range
     */
    public static ActivityChanges between(EventStore history, long after, long upTo) {
        ActivityChanges changes = new ActivityChanges();
        long reached = after;
        while (reached < upTo) {
            int wanted = (int) Math.min(PAGE_EVENTS, upTo - reached);
            EventPage page = history.find(EventQuery.after(reached, EventFilter.ALL, wanted));
            page.events().forEach(changes::add);
            if (page.reached() <= reached) {
                throw new IllegalStateException("the event log has no event " + (reached + 1));
            }
            reached = page.reached();
        }
        return changes;
    }

    private void add(Event event) {
        String agent = event.agent();
        if (agent == null) {
            return;
        }
        Counts counts = of(agent);
        counts.lastActiveMicros = Math.max(counts.lastActiveMicros, micros(event.time()));
        switch (event.type()) {
            case MESSAGE_SENT -> {
                String recipient = recipientOf(event);
                counts.sent++;
                of(recipient).received++;
                links.computeIfAbsent(new Link(agent, recipient), any -> new Counts()).sent++;
            }
            case STATE_WRITTEN -> counts.writes++;
            default -> {
                // Whatever else an agent does makes it active, and nothing more.
            }
        }
    }

    private Counts of(String address) {
        return agents.computeIfAbsent(address, any -> new Counts());
    }

    private static long micros(Instant time) {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time);
    }

    /** Reads no further than to the recipient, which stands before the content. */
    private static String recipientOf(Event event) {
        byte[] data = event.data().unsafeArray();
        try (JsonParser parser = JsonFields.parser(data, 0, data.length)) {
            parser.nextToken();
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                if (parser.nextToken() == JsonToken.VALUE_STRING && name.equals("to")) {
                    return parser.getString();
                }
                parser.skipChildren();
            }
        }
        throw new UnreadableRecordException("event " + event.seq() + " is of a message without a recipient");
    }

    /** In the order of addresses. */
    public List<AgentChange> agents() {
        return agents.entrySet().stream()
                .map(entry -> new AgentChange(
                        entry.getKey(),
                        entry.getValue().sent,
                        entry.getValue().received,
                        entry.getValue().writes,
                        entry.getValue().lastActiveMicros))
                .toList();
    }

    /** In the order of addresses. */
    public List<LinkChange> links() {
        return links.entrySet().stream()
                .map(entry ->
                        new LinkChange(entry.getKey().from(), entry.getKey().to(), entry.getValue().sent))
                .toList();
    }
}
