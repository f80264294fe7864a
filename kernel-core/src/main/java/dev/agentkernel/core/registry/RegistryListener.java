package dev.agentkernel.core.registry;

import java.time.Duration;

/** Measures the registry; called on request threads, must be quick and must not throw. */
@FunctionalInterface
public interface RegistryListener {

    /** Does nothing. */
    RegistryListener NONE = took -> {};

    /** A page of agents was read, filtered or not. */
    void listed(Duration took);
}
