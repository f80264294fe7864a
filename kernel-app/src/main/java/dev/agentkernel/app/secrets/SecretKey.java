package dev.agentkernel.app.secrets;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.storage.SecretStore;
import java.util.Base64;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The kernel's secret: the configured one, or the one that the storage keeps since the first start. */
public final class SecretKey {

    private static final String PROPERTY = "kernel.secret-key";
    private static final String NAME = "secret-key";
    private static final String FINGERPRINT = "secret-key-fingerprint";
    private static final Pattern HEXADECIMAL = Pattern.compile("([0-9a-fA-F]{2})+");

    private SecretKey() {}

    /**
     * The secret for a storage, always the same one: with another, every token would silently be unknown.
     *
     * @param configured the value of {@code kernel.secret-key}
     * @throws dev.agentkernel.app.cli.StartFailedException if the configured secret cannot be used, or is not the one that the
     *     storage was made with
     */
    public static KernelSecret load(@Nullable String configured, SecretStore store) {
        KernelSecret secret = new KernelSecret(
                configured == null ? store.loadOrCreate(NAME, KernelSecret::generate) : parse(configured));
        ByteString fingerprint = secret.keyFor("fingerprint").of(NAME);
        ByteString first = store.loadOrCreate(FINGERPRINT, () -> fingerprint);
        if (!first.equals(fingerprint)) {
            throw GivenSecret.refused(
                    PROPERTY,
                    "is not the secret that this store was made with, so that every token in it would be unknown; give it the"
                            + " right one, or, to give up all tokens, remove " + store.placeOf(FINGERPRINT));
        }
        return secret;
    }

    private static ByteString parse(String configured) {
        String text = GivenSecret.textOf(PROPERTY, configured);
        ByteString secret =
                HEXADECIMAL.matcher(text).matches() ? ByteString.ofHex(text.toLowerCase(Locale.ROOT)) : ofBase64(text);
        if (secret.size() < KernelSecret.BYTES_MIN) {
            throw GivenSecret.refused(
                    PROPERTY,
                    "has " + secret.size() + " bytes; it must have at least " + KernelSecret.BYTES_MIN
                            + " (openssl rand -hex 32 makes some)");
        }
        return secret;
    }

    private static ByteString ofBase64(String text) {
        try {
            return ByteString.wrap(
                    Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/')));
        } catch (IllegalArgumentException neither) {
            throw GivenSecret.refused(
                    PROPERTY, "is neither hexadecimal nor base64 nor file:/path (openssl rand -hex 32 makes one)");
        }
    }
}
