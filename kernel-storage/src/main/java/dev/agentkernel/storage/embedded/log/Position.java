package dev.agentkernel.storage.embedded.log;

import java.util.Comparator;

/**
 * A boundary after a batch: everything before it is in the log, whole.
 *
 * <p>Positions are ordered as the batches are. A reader stores the position together with what it has made of the batches
 * before it, and goes on from there with {@link SegmentLog#replay}.
 *
 * @param segmentFirstSeq the number in the name of the segment that holds the batch
 * @param offset the byte offset in that segment just behind the batch's trailer
 * @param batch the number of the batch
 */
public record Position(long segmentFirstSeq, long offset, long batch) implements Comparable<Position> {

    /** The position before the first batch ever written. */
    public static final Position START = new Position(0, 0, 0);

    private static final Comparator<Position> ORDER = Comparator.comparingLong(Position::batch)
            .thenComparingLong(Position::segmentFirstSeq)
            .thenComparingLong(Position::offset);

    /** Refuses negative parts, and parts that are zero anywhere but at the start. */
    public Position {
        boolean start = segmentFirstSeq == 0 && offset == 0 && batch == 0;
        if (!start && (segmentFirstSeq < 1 || offset < 1 || batch < 1)) {
            throw new IllegalArgumentException(
                    "A position has a segment, an offset and a batch of at least 1, or is 0/0/0;" + " got segment "
                            + segmentFirstSeq + ", offset " + offset + ", batch " + batch);
        }
    }

    /** Orders by batch number, which grows over the whole log. */
    @Override
    public int compareTo(Position other) {
        return ORDER.compare(this, other);
    }

    /** Names the segment file, the offset and the batch, for messages. */
    @Override
    public String toString() {
        return this.batch == 0
                ? "the start of the log"
                : "batch " + batch + " at offset " + offset + " of " + SegmentNames.of(segmentFirstSeq);
    }
}
