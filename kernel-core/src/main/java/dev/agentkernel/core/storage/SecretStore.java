package dev.agentkernel.core.storage;

import dev.agentkernel.core.ByteString;
import java.util.function.Supplier;

/** Keeps what the kernel made at its first start and must find again: shared by all replicas of one storage. */
public interface SecretStore {

    /**
     * The secret of the given name, made and kept durably if there is none yet; of several processes that make it at once, all
     * get the same.
     *
     * @param name lower-case letters, digits and hyphens
     */
    ByteString loadOrCreate(String name, Supplier<ByteString> maker);

    /** Where a person finds the secret, in words, for the start-up log; never the secret itself. */
    String placeOf(String name);
}
