package dev.agentkernel.core.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class KernelSecretTest {

    private static final ByteString BYTES = ByteString.ofHex("0b".repeat(32));

    private static byte[] hmac(byte[] key, byte[] text) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text);
    }

    @Test
    void aKeyIsDerivedFromThePurposeAndKeysTheDigest() throws Exception {
        byte[] derived = hmac(BYTES.unsafeArray(), "purpose".getBytes(StandardCharsets.UTF_8));
        ByteString expected = ByteString.wrap(hmac(derived, "tëxt".getBytes(StandardCharsets.UTF_8)));
        assertThat(new KernelSecret(BYTES).keyFor("purpose").of("tëxt")).isEqualTo(expected);
    }

    @Test
    void purposesAreApart() {
        KernelSecret secret = new KernelSecret(BYTES);
        assertThat(secret.keyFor("token-digest").of("x"))
                .isEqualTo(secret.keyFor("token-digest").of("x"))
                .isNotEqualTo(secret.keyFor("challenge-mac").of("x"))
                .isNotEqualTo(secret.keyFor("challenge-task").of("x"));
    }

    @Test
    void manyThreadsMayShareAKey() {
        KeyedDigest key = new KernelSecret(BYTES).keyFor("purpose");
        ByteString alone = key.of("text");
        assertThat(IntStream.range(0, 20_000)
                        .parallel()
                        .mapToObj(i -> key.of("text"))
                        .distinct())
                .containsExactly(alone);
    }

    @Test
    void aSecretThatIsTooShortIsRefusedWithTheNumberOfItsBytes() {
        assertThatThrownBy(() -> new KernelSecret(ByteString.ofHex("00".repeat(31))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("31 bytes")
                .hasMessageContaining("32");
    }

    @Test
    void generatedSecretsAreLongEnoughAndDiffer() {
        assertThat(KernelSecret.generate().size()).isEqualTo(KernelSecret.BYTES_MIN);
        assertThat(KernelSecret.generate()).isNotEqualTo(KernelSecret.generate());
    }
}
