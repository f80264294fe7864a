package dev.agentkernel.storage.postgres;

import dev.agentkernel.storage.contract.AccountContract;
import dev.agentkernel.storage.contract.ActivityContract;
import dev.agentkernel.storage.contract.CommitContract;
import dev.agentkernel.storage.contract.Contracts;
import dev.agentkernel.storage.contract.CredentialContract;
import dev.agentkernel.storage.contract.DeadLetterContract;
import dev.agentkernel.storage.contract.DeliveryLedgerContract;
import dev.agentkernel.storage.contract.EventContract;
import dev.agentkernel.storage.contract.EventPageContract;
import dev.agentkernel.storage.contract.ExclusiveStorageContract;
import dev.agentkernel.storage.contract.ExpiryContract;
import dev.agentkernel.storage.contract.LeaseContract;
import dev.agentkernel.storage.contract.MessageContextContract;
import dev.agentkernel.storage.contract.MessageContract;
import dev.agentkernel.storage.contract.RegistryContract;
import dev.agentkernel.storage.contract.RemovalContract;
import dev.agentkernel.storage.contract.SecretContract;
import dev.agentkernel.storage.contract.SharedStorageContract;
import dev.agentkernel.storage.contract.StateContract;
import dev.agentkernel.storage.contract.StorageFixture;
import dev.agentkernel.storage.contract.WebhookContract;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Everything that a storage must do, on PostgreSQL. */
class PostgresStorageTest {

    @Test
    void everyContractShouldBeHere() throws Exception {
        Contracts.assertAllNestedIn(PostgresStorageTest.class, ExclusiveStorageContract.class);
    }

    @Nested
    class OfAccount extends AccountContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfCommit extends CommitContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfCredential extends CredentialContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfEvent extends EventContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfActivity extends ActivityContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfEventPage extends EventPageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfMessage extends MessageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfLease extends LeaseContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfExpiry extends ExpiryContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfMessageContext extends MessageContextContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfDeadLetters extends DeadLetterContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfDeliveryLedger extends DeliveryLedgerContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfRegistry extends RegistryContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfRemoval extends RemovalContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfSecret extends SecretContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfSharedStorage extends SharedStorageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfState extends StateContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }

    @Nested
    class OfWebhook extends WebhookContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new PostgresFixture();
        }
    }
}
