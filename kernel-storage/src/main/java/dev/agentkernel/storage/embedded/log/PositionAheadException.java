package dev.agentkernel.storage.embedded.log;

/** The reader has seen more than the log holds: the two do not belong together, or the log has lost its end. */
public final class PositionAheadException extends LogException {

    private static final long serialVersionUID = 1;

    private final Position position;
    private final Position end;

    PositionAheadException(Position position, Position end) {
        super("The database is ahead of the event log: it stands at " + position + ", but the log ends at " + end
                + ". Restore the data directory as a whole, database and log of the same moment; nothing was changed.");
        this.position = position;
        this.end = end;
    }

    /** Where the reader stands. */
    public Position position() {
        return position;
    }

    /** Where the log ends. */
    public Position end() {
        return end;
    }
}
