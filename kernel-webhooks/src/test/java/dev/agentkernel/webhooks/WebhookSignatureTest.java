package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignatureTest {

    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final Instant SENT_AT = Instant.ofEpochSecond(1_614_265_330L, 999_000_000);
    private static final byte[] BODY = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] SECRET = Base64.getDecoder().decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");

    /** The example that the reference implementations of Standard Webhooks test themselves with. */
    @Test
    void agreesWithTheReferenceImplementations() {
        assertThat(WebhookSignature.of(List.of(SECRET), ID, SENT_AT, BODY))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void signsWithEachSecretWhileOneIsBeingReplaced() {
        byte[] before = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);

        String both = WebhookSignature.of(List.of(SECRET, before), ID, SENT_AT, BODY);

        assertThat(both.split(" "))
                .containsExactly(
                        WebhookSignature.of(List.of(SECRET), ID, SENT_AT, BODY),
                        WebhookSignature.of(List.of(before), ID, SENT_AT, BODY));
    }
}
