package dev.agentkernel.storage.embedded.log;

import java.io.IOException;

/** Takes the lines of a scan, one by one, in order. */
@FunctionalInterface
public interface LineVisitor {

    /**
     * Takes one line, whose bytes are valid only during the call.
     *
     * @return whether the scan should go on
     */
    boolean visit(LogLine line) throws IOException;
}
