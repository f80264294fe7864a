package dev.agentkernel.app.secrets;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.SecretStore;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Keeps secrets as long as the test runs. */
final class RememberedSecrets implements SecretStore {

    private final Map<String, ByteString> secrets = new HashMap<>();

    @Override
    public ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        return secrets.computeIfAbsent(name, any -> maker.get());
    }

    @Override
    public String placeOf(String name) {
        return "memory/" + name;
    }

    Set<String> names() {
        return secrets.keySet();
    }

    void forget(String name) {
        secrets.remove(name);
    }
}
