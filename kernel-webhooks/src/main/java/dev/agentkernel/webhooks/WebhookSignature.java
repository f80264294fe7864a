package dev.agentkernel.webhooks;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures by the <a href="https://www.standardwebhooks.com">Standard Webhooks</a> specification 1.0: a receiver that knows the
 * secret can tell that a request is the kernel's, unchanged and recent.
 */
public final class WebhookSignature {

    private WebhookSignature() {}

    /**
     * The value of {@code webhook-signature}: one signature for each secret, so that a receiver may know either while a secret is
     * being replaced.
     *
     * @param secrets the bytes of each secret, the newest first
     * @param sentAt what {@code webhook-timestamp} says, to the second
     */
    public static String of(List<byte[]> secrets, String webhookId, Instant sentAt, byte[] body) {
        byte[] head = (webhookId + "." + sentAt.getEpochSecond() + ".").getBytes(StandardCharsets.UTF_8);
        return secrets.stream().map(secret -> sign(secret, head, body)).collect(Collectors.joining(" "));
    }

    private static String sign(byte[] secret, byte[] head, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            mac.update(head);
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException("every Java platform has HMAC-SHA-256", missing);
        }
    }
}
