package dev.agentkernel.app;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StandardError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends the process when nobody can know any more what is durable. */
final class FatalEnd {

    private static final Logger log = LoggerFactory.getLogger(FatalEnd.class);

    private FatalEnd() {}

    /**
     * Ends the process at once and answers nothing that is under way: not even closing the store in good order may happen, as the
     * next start has to find out from the disk what there is.
     */
    static void of(Throwable fault) {
        try {
            StandardError.say("the kernel stops at once, because nobody knows what the disk holds ("
                    + fault.getMessage() + "); start it again, and it finds out.");
            log.error("The kernel stops at once", fault);
        } finally {
            Runtime.getRuntime().halt(ExitStatus.INTERNAL.code());
        }
    }
}
