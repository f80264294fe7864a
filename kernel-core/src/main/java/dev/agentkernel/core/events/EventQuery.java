package dev.agentkernel.core.events;

/**
 * A question to the event log, whose answer takes bounded time and memory however long the log and however rare a match is.
 *
 * @param after only events with a higher seq
 * @param before only events with a lower seq
 * @param order which end of that range comes first
 * @param eventsMax most events of a page, at least 1
 */
public record EventQuery(long after, long before, Order order, EventFilter filter, int eventsMax, Effort effort) {

    /** Which events come first. */
    public enum Order {
        OLDEST_FIRST,
        NEWEST_FIRST
    }

    /**
     * How much one page may take; beyond, it is partial.
     *
     * @param events most events that are looked at, whether they match or not
     * @param bytesRead about how many bytes of the log are looked at, where looking takes reading
     * @param bytes most bytes of data in a page of more than one event
     */
    public record Effort(int events, long bytesRead, long bytes) {

        /** Some tenths of a second of reading, and the size of the largest answer for messages. */
        public static final Effort DEFAULT = new Effort(50_000, 32L << 20, 4L << 20);
    }

    /**
     * Makes a question.
     *
     * @throws IllegalArgumentException if a bound is not positive, or {@code after} is negative
     */
    public EventQuery {
        if (after < 0 || eventsMax < 1 || effort.events() < 1) {
            throw new IllegalArgumentException("a page of at most " + eventsMax + " of " + effort.events()
                    + " events after " + after + " cannot be: events are counted from 1");
        }
    }

    /** Events after a seq, oldest first. */
    public static EventQuery after(long since, EventFilter filter, int eventsMax) {
        return new EventQuery(since, Long.MAX_VALUE, Order.OLDEST_FIRST, filter, eventsMax, Effort.DEFAULT);
    }

    /** Events before a seq, newest first. */
    public static EventQuery before(long before, EventFilter filter, int eventsMax) {
        return new EventQuery(0, before, Order.NEWEST_FIRST, filter, eventsMax, Effort.DEFAULT);
    }

    /** The same with other bounds. */
    public EventQuery with(Effort other) {
        return new EventQuery(after, before, order, filter, eventsMax, other);
    }

    /** The part of the question's range that the log has, both ends exclusive; empty when nothing can match. */
    public Range within(long firstSeq, long lastSeq) {
        return new Range(Math.max(after, firstSeq - 1), Math.min(before, lastSeq + 1));
    }

    /** The events between two seqs. */
    public record Range(long after, long before) {

        public boolean isEmpty() {
            // Not after + 1: the highest number there is has none above it.
            return before - 1 <= after;
        }
    }
}
