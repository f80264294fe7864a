package dev.agentkernel.app.crash;

import java.io.IOException;

/** One client that goes on where it stopped when the kernel comes back. Used by one thread at a time. */
interface Actor {

    /**
     * One step; returns how many answers it got that the kernel must stand by.
     *
     * @throws IOException when the kernel is gone
     */
    int act(HttpConnection connection) throws IOException, InterruptedException;
}
