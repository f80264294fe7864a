package dev.agentkernel.storage.embedded.log;

import java.time.Duration;

/** Is told of every batch that became durable, for measuring; called by the appending thread, so it must be quick. */
@FunctionalInterface
public interface AppendListener {

    /** Hears nothing. */
    AppendListener NONE = (records, bytes, write, force) -> {};

    /**
     * One batch is durable.
     *
     * @param records the number of record lines
     * @param bytes what the file grew by, trailer included
     * @param write how long the operating system took to accept the bytes
     * @param force how long it took to make them durable
     */
    void appended(int records, long bytes, Duration write, Duration force);
}
