package dev.agentkernel.app.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SecretKeyTest {

    private static final String HEX = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1ff";

    private final RememberedSecrets store = new RememberedSecrets();

    @TempDir
    private Path directory;

    @Test
    void secretShouldBeMadeOnceWhenNoneIsConfigured() {
        KernelSecret first = SecretKey.load(null, store);
        KernelSecret second = SecretKey.load(null, store);
        assertThat(digest(second)).isEqualTo(digest(first));
        assertThat(digest(SecretKey.load(null, new RememberedSecrets()))).isNotEqualTo(digest(first));
    }

    @Test
    void secretShouldBeTheSameInEverySpelling() throws IOException {
        ByteString expected = digest(new KernelSecret(ByteString.ofHex(HEX)));
        byte[] bytes = ByteString.ofHex(HEX).unsafeArray();
        Path file = Files.writeString(directory.resolve("secret"), HEX + "\n");
        assertThat(digest(SecretKey.load(HEX, store))).isEqualTo(expected);
        assertThat(digest(SecretKey.load(HEX.toUpperCase(java.util.Locale.ROOT), store)))
                .isEqualTo(expected);
        assertThat(digest(SecretKey.load(Base64.getEncoder().encodeToString(bytes), store)))
                .isEqualTo(expected);
        assertThat(digest(SecretKey.load(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes), store)))
                .isEqualTo(expected);
        assertThat(digest(SecretKey.load("file:" + file, store))).isEqualTo(expected);
    }

    @Test
    void secretShouldNotBeKeptWhenItIsConfigured() {
        SecretKey.load(HEX, store);
        assertThat(store.names()).containsExactly("secret-key-fingerprint");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    0f1e2d3c             | has 4 bytes; it must have at least 32 (openssl rand -hex 32 makes some).
                    !!                   | is neither hexadecimal nor base64 nor file:/path (openssl rand -hex 32 makes one).
                    ' '                  | is empty; give it a value, or leave it out to have one made.
                    """)
    void startShouldFailWithoutShowingTheSecretWhenItCannotBeUsed(String secret, String complaint) {
        assertThatThrownBy(() -> SecretKey.load(secret, store))
                .isInstanceOf(StartFailedException.class)
                .hasMessage("kernel.secret-key " + complaint);
    }

    @Test
    void startShouldFailWhenTheFileOfTheSecretIsNotThere() {
        Path missing = directory.resolve("missing");
        assertThatThrownBy(() -> SecretKey.load("file:" + missing, store))
                .isInstanceOf(StartFailedException.class)
                .hasMessage("kernel.secret-key names the file " + missing + ", which does not exist.");
    }

    @Test
    void startShouldFailWhenTheFileOfTheSecretIsTooLarge() throws IOException {
        Path large = Files.writeString(directory.resolve("large"), "a".repeat(5_000));
        assertThatThrownBy(() -> SecretKey.load("file:" + large, store))
                .isInstanceOf(StartFailedException.class)
                .hasMessage("kernel.secret-key names the file " + large + ", which has more than 4096 bytes.");
    }

    @Test
    void startShouldFailWhenTheStoreWasMadeWithAnotherSecret() {
        SecretKey.load(null, store);
        assertThatThrownBy(() -> SecretKey.load(HEX, store))
                .isInstanceOf(StartFailedException.class)
                .hasMessageContaining("not the secret that this store was made with")
                .hasMessageContaining("memory/secret-key-fingerprint")
                .message()
                .doesNotContain(HEX);
    }

    @Test
    void storeShouldTakeAnotherSecretWhenItsFingerprintWasRemoved() {
        SecretKey.load(null, store);
        store.forget("secret-key-fingerprint");
        SecretKey.load(HEX, store);
        assertThatThrownBy(() -> SecretKey.load(null, store)).isInstanceOf(StartFailedException.class);
    }

    private static ByteString digest(KernelSecret secret) {
        return secret.keyFor("test").of("x");
    }
}
