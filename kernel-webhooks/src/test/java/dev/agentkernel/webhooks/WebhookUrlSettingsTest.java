package dev.agentkernel.webhooks;

import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WebhookUrlSettingsTest {

    @ParameterizedTest
    @CsvSource({
        "0,     2048,  PT3S,    16,  allowed webhook port is 0; choose 1 to 65535",
        "65536, 2048,  PT3S,    16,  allowed webhook port is 65536",
        "443,   0,     PT3S,    16,  longest webhook URL in bytes is 0",
        "443,   65537, PT3S,    16,  longest webhook URL in bytes is 65537",
        "443,   2048,  PT0S,    16,  timeout is PT0S; choose more than 0 and at most PT1M",
        "443,   2048,  PT-1S,   16,  timeout is PT-1S",
        "443,   2048,  PT1M1S,  16,  timeout is PT1M1S",
        "443,   2048,  PT3S,    0,   resolutions at once is 0; choose 1 to 256",
        "443,   2048,  PT3S,    257, resolutions at once is 257",
    })
    void valueOutOfRangeIsNamedWithItsRange(int port, int bytes, Duration timeout, int resolutions, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookUrlSettings(false, false, Set.of(port), bytes, timeout, resolutions))
                .withMessageContaining(message);
    }

    @Test
    void noPortAtAllIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new WebhookUrlSettings(false, false, Set.of(), 2_048, Duration.ofSeconds(3), 16))
                .withMessageContaining("No webhook port is allowed");
    }
}
