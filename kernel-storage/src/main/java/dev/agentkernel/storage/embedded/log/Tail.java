package dev.agentkernel.storage.embedded.log;

/**
 * Where the log ends: everything before it is durable.
 *
 * @param end the position behind the last batch
 * @param lastSeq the last public seq given
 */
record Tail(Position end, long lastSeq) {

    /** The tail of a log without a batch. */
    static final Tail EMPTY = new Tail(Position.START, 0);
}
