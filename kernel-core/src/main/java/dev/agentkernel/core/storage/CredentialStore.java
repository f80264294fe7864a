package dev.agentkernel.core.storage;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Credential;
import java.util.Optional;

/** Finds credentials by the keyed digest of a token. */
public interface CredentialStore {

    /**
     * The current credential with this digest; one indexed look-up, whether it exists or not.
     *
     * @throws StorageException if the storage is away
     */
    Optional<Credential> find(ByteString digest);

    /** More, where other processes may end credentials; nothing where this one hears of every end. */
    default Optional<SharedCredentials> shared() {
        return Optional.empty();
    }
}
