package dev.agentkernel.api.observe;

/** The live streams of events that are open in this process. */
@FunctionalInterface
public interface EventStreams {

    /** How many there are, over WebSockets and as server-sent events together. */
    int open();
}
