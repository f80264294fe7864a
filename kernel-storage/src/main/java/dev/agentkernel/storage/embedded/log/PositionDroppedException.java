package dev.agentkernel.storage.embedded.log;

/** What follows the reader's position is no longer in the log, because its segment was dropped. */
public final class PositionDroppedException extends LogException {

    private static final long serialVersionUID = 1;

    private final Position position;
    private final long oldestSegmentFirstSeq;

    PositionDroppedException(Position position, long oldestSegmentFirstSeq) {
        super("The event log no longer holds what follows " + position + ": its oldest segment is "
                + SegmentNames.of(oldestSegmentFirstSeq)
                + ". Restore the dropped segments or a database that stands behind them.");
        this.position = position;
        this.oldestSegmentFirstSeq = oldestSegmentFirstSeq;
    }

    /** Where the reader stands. */
    public Position position() {
        return position;
    }

    /** The number in the name of the oldest segment that is left. */
    public long oldestSegmentFirstSeq() {
        return oldestSegmentFirstSeq;
    }
}
