package dev.agentkernel.core.storage;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Credential;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Finds credentials by the keyed digest of a token. */
public interface CredentialStore {

    /**
     * The current credential with this digest; one indexed look-up, whether it exists or not.
     *
     * @throws StorageException if the storage is away
     */
    Optional<Credential> find(ByteString digest);

    /** Whether other processes may end credentials, of which this one hears late or never. */
    default boolean isShared() {
        return false;
    }

    /**
     * A number that every commit raises by which a credential ends; nothing if the store is not shared.
     *
     * @throws StorageException if the storage is away
     */
    default OptionalLong endedCredentials() {
        return OptionalLong.empty();
    }

    /**
     * The versions of these agents' credentials; whoever has none any more is missing. Asked of shared stores alone: in any other,
     * whoever ends a credential tells which.
     *
     * @throws StorageException if the storage is away
     */
    default Map<String, Integer> versionsOf(Collection<String> addresses) {
        throw new UnsupportedOperationException("the store is not shared");
    }
}
