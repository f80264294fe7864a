package dev.agentkernel.core.registry;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that sign what is pushed to webhooks, by the Standard Webhooks rules: derived from the kernel's secret, the agent and
 * a version, and so stored nowhere. After a replacement the secret before it signs as well for {@link #OVERLAP}, so that a receiver
 * can change over without losing a message.
 */
public final class WebhookSecrets {

    /** How long a replaced secret still signs, beside the new one. */
    public static final Duration OVERLAP = Duration.ofHours(24);

    /** What a secret begins with. */
    public static final String PREFIX = "whsec_";

    private final KeyedDigest keys;

    public WebhookSecrets(KernelSecret secret) {
        this.keys = secret.keyFor("webhook-secret");
    }

    /** The secret as its agent is shown it: the prefix, and the key in Base64. */
    public String secretOf(String address, int version) {
        return PREFIX
                + Base64.getEncoder().encodeToString(keyOf(address, version).unsafeArray());
    }

    /** The key of one version: 32 bytes. */
    public ByteString keyOf(String address, int version) {
        return keys.of(address + '/' + version);
    }

    /**
     * The keys that sign what is pushed to an agent at a time: the current one first, then the one before while it serves.
     *
     * @param version of the current secret
     * @param rotatedAt when it took the place of the one before; {@code null} if it took nobody's
     */
    public List<ByteString> signingKeys(String address, int version, @Nullable Instant rotatedAt, Instant now) {
        ByteString current = keyOf(address, version);
        return rotatedAt != null && now.isBefore(rotatedAt.plus(OVERLAP))
                ? List.of(current, keyOf(address, version - 1))
                : List.of(current);
    }
}
