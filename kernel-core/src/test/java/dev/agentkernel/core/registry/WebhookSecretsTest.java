package dev.agentkernel.core.registry;

import static dev.agentkernel.core.memory.SettableClock.START;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class WebhookSecretsTest {

    private final WebhookSecrets secrets = new WebhookSecrets(new KernelSecret(ByteString.ofHex("5a".repeat(32))));

    @Test
    void aSecretIsThirtyTwoBytesThatNobodyElseHas() {
        String secret = secrets.secretOf("tab_a", 1);
        assertThat(secret).startsWith("whsec_");
        assertThat(Base64.getDecoder().decode(secret.substring("whsec_".length())))
                .hasSize(32)
                .isEqualTo(secrets.keyOf("tab_a", 1).unsafeArray());
        assertThat(secret)
                .isEqualTo(secrets.secretOf("tab_a", 1))
                .isNotEqualTo(secrets.secretOf("tab_a", 2))
                .isNotEqualTo(secrets.secretOf("tab_b", 1));
    }

    @Test
    void aReplacedSecretSignsBesideTheNewOneForADay() {
        ByteString current = secrets.keyOf("tab_a", 2);
        Instant end = START.plus(WebhookSecrets.OVERLAP);
        assertThat(secrets.signingKeys("tab_a", 2, null, START)).containsExactly(current);
        assertThat(secrets.signingKeys("tab_a", 2, START, end.minusNanos(1)))
                .containsExactly(current, secrets.keyOf("tab_a", 1));
        assertThat(secrets.signingKeys("tab_a", 2, START, end)).containsExactly(current);
    }
}
