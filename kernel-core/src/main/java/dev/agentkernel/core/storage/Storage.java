package dev.agentkernel.core.storage;

import java.util.Optional;

/**
 * Everything the kernel keeps, as small facets. An adapter implements all of them over one store; whatever a commit made durable
 * is visible to every facet of the same process as soon as the commit returns.
 */
public interface Storage extends AutoCloseable {

    CommitStore commits();

    CredentialStore credentials();

    RegistryStore registry();

    MessageStore messages();

    WebhookStore webhooks();

    StateStore state();

    EventStore events();

    ActivityStore activity();

    SecretStore secrets();

    RemovalStore removals();

    /** Where observers read who may be behind by a moment; live streams read the storage itself. */
    default ObservationSource observed() {
        return ObservationSource.of(this);
    }

    /** Budgets to share with other processes; nothing when there are none. */
    default Optional<RateBudgetStore> rateBudgets() {
        return Optional.empty();
    }

    /** Whether requests can be served at present; cheap enough for a readiness probe. */
    boolean isAvailable();

    /** Releases everything. The group commit must be closed before. */
    @Override
    void close();
}
