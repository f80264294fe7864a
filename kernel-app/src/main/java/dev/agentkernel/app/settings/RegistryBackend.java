package dev.agentkernel.app.settings;

/** How replicas that share a database hear of each other. */
public enum RegistryBackend {
    /** Not at all: there is one. */
    LOCAL,
    /** By notifications of the database, and by looking every now and then. */
    POSTGRES_NOTIFY,
    /** By looking every now and then. */
    POSTGRES_POLL
}
