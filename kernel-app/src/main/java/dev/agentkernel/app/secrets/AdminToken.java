package dev.agentkernel.app.secrets;

import dev.agentkernel.core.storage.SecretStore;
import org.jspecify.annotations.Nullable;

/** The token of the administrator, which it never gives away: it only tells whether another one is the same. */
public final class AdminToken {

    private static final String PROPERTY = "kernel.admin.token";
    private static final String NAME = "admin-token";

    private final KeptToken token;

    private AdminToken(KeptToken token) {
        this.token = token;
    }

    /**
     * The configured token, or the one that the storage keeps since the first start.
     *
     * @throws dev.agentkernel.app.cli.StartFailedException if the configured token cannot be used
     */
    public static AdminToken load(@Nullable String configured, SecretStore store) {
        return new AdminToken(KeptToken.load(PROPERTY, NAME, configured, store));
    }

    /** Whether this is the token; takes the same time whatever it is. */
    public boolean is(String presented) {
        return token.is(presented);
    }

    /** Where a person finds it, in words. */
    public String place() {
        return token.place();
    }

    @Override
    public String toString() {
        return "AdminToken in " + place();
    }
}
