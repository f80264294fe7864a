package dev.agentkernel.app.health;

import dev.agentkernel.core.storage.Storage;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Down while the storage cannot serve: requests had better go to another replica. */
final class StorageHealth extends AbstractHealthIndicator {

    private final Storage storage;

    StorageHealth(Storage storage) {
        super("the storage cannot be asked");
        this.storage = storage;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        if (storage.isAvailable()) {
            health.up();
        } else {
            health.down();
        }
    }
}
