package dev.agentkernel.storage.embedded.log;

import java.io.IOException;

/** Makes another line of a line, to be put in its place. */
@FunctionalInterface
public interface LineEdit {

    /**
     * The new line: as long as the old one, with the same seq at its beginning, and without a line feed. The old line again
     * when there is nothing to change.
     */
    byte[] edited(LogLine line) throws IOException;
}
