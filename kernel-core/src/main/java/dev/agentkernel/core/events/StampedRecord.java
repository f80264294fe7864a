package dev.agentkernel.core.events;

import java.time.Instant;

/**
 * A record with its place in history.
 *
 * @param seq the event's number, from 1, strictly increasing without gaps; 0 for a private record, which has none
 * @param time when it was committed, in microseconds; never decreases along {@code seq}
 */
public record StampedRecord(long seq, Instant time, LogRecord record) {

    /** The {@code seq} of a record that is private as a whole. */
    public static final long NO_SEQ = 0;
}
