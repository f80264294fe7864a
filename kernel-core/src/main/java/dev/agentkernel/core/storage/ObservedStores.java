package dev.agentkernel.core.storage;

/** The facets that observers read, all of one source. */
public record ObservedStores(
        EventStore events, ActivityStore activity, RegistryStore registry, MessageStore messages, StateStore state) {

    /** The storage's own. */
    public static ObservedStores of(Storage storage) {
        return new ObservedStores(
                storage.events(), storage.activity(), storage.registry(), storage.messages(), storage.state());
    }
}
