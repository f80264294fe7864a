package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.registry.WebhookSecrets;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example that receivers copy from docs/webhooks.md does what it says. */
class ReceiverGuideTest {

    private static final Path GUIDE = Path.of("..", "docs", "webhooks.md");
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final byte[] BODY = "{\"content\":\"grüße\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] KEY = "0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8);
    private static final byte[] OTHER = "another key, another key, another".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private static Path directory;

    @Test
    void exampleAcceptsWhatIsGenuineAndNothingElse() throws Exception {
        try (URLClassLoader loader =
                new URLClassLoader(new URL[] {compiled().toUri().toURL()})) {
            Method isGenuine = List.of(loader.loadClass("WebhookVerification").getMethods()).stream()
                    .filter(method -> method.getName().equals("isGenuine"))
                    .findFirst()
                    .orElseThrow();
            String secret = WebhookSecrets.PREFIX + Base64.getEncoder().encodeToString(KEY);
            String timestamp = Long.toString(NOW.getEpochSecond());
            String one = WebhookSignature.of(List.of(KEY), "id", NOW, BODY);
            String two = WebhookSignature.of(List.of(OTHER, KEY), "id", NOW, BODY);

            assertThat(isGenuine.invoke(null, secret, "id", timestamp, one, BODY, NOW))
                    .isEqualTo(true);
            assertThat(isGenuine.invoke(null, secret, "id", timestamp, two, BODY, NOW))
                    .isEqualTo(true);
            assertThat(isGenuine.invoke(null, secret, "di", timestamp, one, BODY, NOW))
                    .isEqualTo(false);
            assertThat(isGenuine.invoke(null, secret, "id", timestamp, one, new byte[] {'{', '}'}, NOW))
                    .isEqualTo(false);
            assertThat(isGenuine.invoke(null, secret, "id", timestamp, one, BODY, NOW.plusSeconds(301)))
                    .isEqualTo(false);
            String foreign = WebhookSignature.of(List.of(OTHER), "id", NOW, BODY);
            assertThat(isGenuine.invoke(null, secret, "id", timestamp, foreign, BODY, NOW))
                    .isEqualTo(false);
        }
    }

    private static Path compiled() throws Exception {
        Matcher example = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL).matcher(Files.readString(GUIDE));
        assertThat(example.find()).isTrue();
        Path source = Files.writeString(directory.resolve("WebhookVerification.java"), example.group(1));
        int status = ToolProvider.getSystemJavaCompiler()
                .run(null, null, null, "-d", directory.toString(), source.toString());
        assertThat(status).isZero();
        return directory;
    }
}
