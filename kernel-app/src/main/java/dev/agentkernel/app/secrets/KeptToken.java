package dev.agentkernel.app.secrets;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import dev.agentkernel.core.storage.SecretStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A token that one role shares, given by a property or made at the first start and kept by the storage. */
final class KeptToken {

    private static final Pattern ALLOWED = Pattern.compile("[!-~]{32,256}");

    private final byte[] token;
    private final String place;

    private KeptToken(String token, String place) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.place = place;
    }

    static KeptToken load(String property, String name, @Nullable String configured, SecretStore store) {
        if (configured == null) {
            return new KeptToken(
                    store.loadOrCreate(name, KernelSecret::generate).toHex(), store.placeOf(name));
        }
        String token = GivenSecret.textOf(property, configured);
        if (!ALLOWED.matcher(token).matches()) {
            throw GivenSecret.refused(
                    property,
                    "has " + token.length()
                            + " characters or holds other than printable ASCII; it must be 32 to 256 of these"
                            + " (openssl rand -hex 32 makes one)");
        }
        return new KeptToken(token, "the property " + property);
    }

    boolean is(String presented) {
        return MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8));
    }

    ByteString digestBy(KeyedDigest key) {
        return key.of(token);
    }

    String place() {
        return place;
    }
}
