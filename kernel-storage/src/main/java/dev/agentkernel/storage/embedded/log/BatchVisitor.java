package dev.agentkernel.storage.embedded.log;

import java.io.IOException;

/** Takes the batches of a replay: every line of a batch, then its end. */
public interface BatchVisitor {

    /** Takes one line of a batch whose checksum has been verified; its bytes are valid only during the call. */
    void line(LogLine line) throws IOException;

    /**
     * All lines of a batch have been given.
     *
     * @param end the position to store together with what was made of the batch
     * @return whether the replay should go on with the next batch
     */
    boolean endBatch(Position end) throws IOException;
}
