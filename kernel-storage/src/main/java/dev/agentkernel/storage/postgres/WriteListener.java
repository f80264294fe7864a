package dev.agentkernel.storage.postgres;

import java.time.Duration;

/** Is told of every batch that became durable, for measuring; called by the committing thread, so it must be quick. */
@FunctionalInterface
public interface WriteListener {

    /** Hears nothing. */
    WriteListener NONE = (events, took) -> {};

    /**
     * One batch is durable.
     *
     * @param events how many it added to the log
     * @param took the round trip that wrote it and committed, with what it waited for other replicas
     */
    void written(long events, Duration took);
}
