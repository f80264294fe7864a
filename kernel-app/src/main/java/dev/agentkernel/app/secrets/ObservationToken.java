package dev.agentkernel.app.secrets;

import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import dev.agentkernel.core.storage.SecretStore;
import org.jspecify.annotations.Nullable;

/** The token of whoever may observe, which it never gives away: it only tells whether another one is the same. */
public final class ObservationToken {

    private static final String PROPERTY = "kernel.observation.token";
    private static final String NAME = "observation-token";
    private static final String PURPOSE = "observation-session";

    private final KeptToken token;

    private ObservationToken(KeptToken token) {
        this.token = token;
    }

    /**
     * The configured token, or the one that the storage keeps since the first start.
     *
     * @throws dev.agentkernel.app.cli.StartFailedException if the configured token cannot be used
     */
    public static ObservationToken load(@Nullable String configured, SecretStore store) {
        return new ObservationToken(KeptToken.load(PROPERTY, NAME, configured, store));
    }

    /** Whether this is the token; takes the same time whatever it is. */
    public boolean is(String presented) {
        return token.is(presented);
    }

    /** The key for sessions that this token began: another token has another one. */
    public KeyedDigest sessionKey(KernelSecret secret) {
        return new KernelSecret(token.digestBy(secret.keyFor(PURPOSE))).keyFor(PURPOSE);
    }

    /** Where a person finds it, in words. */
    public String place() {
        return token.place();
    }

    @Override
    public String toString() {
        return "ObservationToken in " + place();
    }
}
