package dev.agentkernel.app.secrets;

import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.storage.SecretStore;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The token of the administrator, which it never gives away: it only tells whether another one is the same. */
public final class AdminToken {

    private static final String PROPERTY = "kernel.admin.token";
    private static final String NAME = "admin-token";
    private static final Pattern ALLOWED = Pattern.compile("[!-~]{32,256}");

    private final byte[] token;
    private final String place;

    private AdminToken(String token, String place) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.place = place;
    }

    /**
     * The configured token, or the one that the storage keeps since the first start.
     *
     * @throws dev.agentkernel.app.cli.StartFailedException if the configured token cannot be used
     */
    public static AdminToken load(@Nullable String configured, SecretStore store) {
        if (configured == null) {
            return new AdminToken(
                    store.loadOrCreate(NAME, KernelSecret::generate).toHex(), store.placeOf(NAME));
        }
        String token = GivenSecret.textOf(PROPERTY, configured);
        if (!ALLOWED.matcher(token).matches()) {
            throw GivenSecret.refused(
                    PROPERTY,
                    "has " + token.length()
                            + " characters or holds other than printable ASCII; it must be 32 to 256 of these"
                            + " (openssl rand -hex 32 makes one)");
        }
        return new AdminToken(token, "the property " + PROPERTY);
    }

    /** Whether this is the token; takes the same time whatever it is. */
    public boolean is(String presented) {
        return MessageDigest.isEqual(token, presented.getBytes(StandardCharsets.UTF_8));
    }

    /** Where a person finds it, in words. */
    public String place() {
        return place;
    }

    @Override
    public String toString() {
        return "AdminToken in " + place;
    }
}
