package dev.agentkernel.storage.embedded;

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

/** Everything that a storage must do, on the embedded one. */
class EmbeddedStorageTest {

    @Test
    void everyContractShouldBeHere() throws Exception {
        Contracts.assertAllNestedIn(EmbeddedStorageTest.class, SharedStorageContract.class);
    }

    @Nested
    class OfAccount extends AccountContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfCommit extends CommitContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfCredential extends CredentialContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfEvent extends EventContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfActivity extends ActivityContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfEventPage extends EventPageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfExclusiveStorage extends ExclusiveStorageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfMessage extends MessageContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfLease extends LeaseContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfExpiry extends ExpiryContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfMessageContext extends MessageContextContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfDeadLetters extends DeadLetterContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfDeliveryLedger extends DeliveryLedgerContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfRegistry extends RegistryContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfRemoval extends RemovalContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfSecret extends SecretContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfState extends StateContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }

    @Nested
    class OfWebhook extends WebhookContract {
        @Override
        protected StorageFixture newFixture() throws Exception {
            return new EmbeddedFixture();
        }
    }
}
