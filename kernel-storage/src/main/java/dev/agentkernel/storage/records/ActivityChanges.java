package dev.agentkernel.storage.records;

import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventFilter;
import dev.agentkernel.core.events.EventPage;
import dev.agentkernel.core.events.EventQuery;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.storage.EventStore;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** What events add to the counts of activity, summed up so that each row is written once. For one thread. */
public final class ActivityChanges {

    /** Events are read in pages, so that memory holds the sums and not the contents. */
    private static final int PAGE_EVENTS = 1_000;

    private static final Comparator<Link> IN_ORDER =
            Comparator.comparing(Link::from).thenComparing(Link::to);

    private final Map<String, Counts> agents = new HashMap<>();
    private final Map<Link, Counts> links = new HashMap<>();

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

    /** Adds an event, of whose data what stands before its content is enough. */
    public void add(Event event) {
        String agent = event.agent();
        if (agent != null) {
            Counts counts = active(agent, event.time());
            switch (event.type()) {
                case MESSAGE_SENT -> sent(agent, counts, recipientOf(event));
                case STATE_WRITTEN -> counts.writes++;
                default -> {
                    // Whatever else an agent does makes it active, and nothing more.
                }
            }
        }
    }

    /** Adds what the event of a record would, without its having been written and read; a record that is no event adds nothing. */
    public void add(StampedRecord stamped) {
        LogRecord record = stamped.record();
        String agent = record.agent();
        if (agent != null && record.isPublic()) {
            Counts counts = active(agent, stamped.time());
            if (record instanceof LogRecord.MessageSent message) {
                sent(agent, counts, message.to());
            } else if (record instanceof LogRecord.StateWritten) {
                counts.writes++;
            }
        }
    }

    /** How many rows there are to write. */
    public int rows() {
        return agents.size() + links.size();
    }

    private Counts active(String agent, Instant time) {
        Counts counts = of(agent);
        counts.lastActiveMicros = Math.max(counts.lastActiveMicros, micros(time));
        return counts;
    }

    private void sent(String agent, Counts counts, String recipient) {
        counts.sent++;
        of(recipient).received++;
        links.computeIfAbsent(new Link(agent, recipient), any -> new Counts()).sent++;
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
                .sorted(Map.Entry.comparingByKey())
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
                .sorted(Map.Entry.comparingByKey(IN_ORDER))
                .map(entry ->
                        new LinkChange(entry.getKey().from(), entry.getKey().to(), entry.getValue().sent))
                .toList();
    }
}
