package dev.agentkernel.storage.postgres;

import dev.agentkernel.storage.contract.MessageContract;
import dev.agentkernel.storage.contract.StorageFixture;
import org.junit.jupiter.api.Nested;

/** Everything that a storage must do, on PostgreSQL. */
class PostgresStorageTest {

    @Nested
    class Messages extends MessageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }
}
