package dev.agentkernel.storage.records;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookHealth;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttemptLinesTest {

    private static final String ID = "00000000-0000-0001-0000-000000000002";
    private static final WebhookAttempt ATTEMPT =
            new WebhookAttempt(Instant.parse("2026-11-26T12:00:00.123456Z"), UUID.fromString(ID), 503, "http_status");

    @Test
    void whatIsWrittenShouldBeReadAndSayTheSameInEveryCountry() {
        Locale before = Locale.getDefault();
        try {
            // Its digits are others.
            Locale.setDefault(Locale.forLanguageTag("ar-EG-u-nu-arab"));
            String lines = AttemptLines.write(List.of(ATTEMPT, ATTEMPT));

            assertThat(lines).startsWith("2026-11-26T12:00:00.123456Z 503 http_status " + ID + "\n2026");
            assertThat(AttemptLines.read(lines)).containsExactly(ATTEMPT, ATTEMPT);
        } finally {
            Locale.setDefault(before);
        }
    }

    @Test
    void noAttemptsShouldBeNoText() {
        assertThat(AttemptLines.write(List.of())).isNull();
        assertThat(AttemptLines.read(null)).isEmpty();
    }

    @Test
    void noMoreShouldBeReadThanAreRemembered() {
        List<WebhookAttempt> many =
                IntStream.range(0, 1_000).mapToObj(number -> ATTEMPT).toList();

        assertThat(AttemptLines.read(AttemptLines.write(many))).hasSize(WebhookHealth.ATTEMPTS_MAX);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "2026-11-26T12:00:00Z 503 http_status",
                "yesterday 503 http_status " + ID,
                "2026-11-26T12:00:00Z many http_status " + ID,
                "2026-11-26T12:00:00Z 503 http_status nobody"
            })
    void whatIsNoAttemptShouldBeRefused(String line) {
        assertThatIllegalArgumentException().isThrownBy(() -> AttemptLines.read(line + "\n"));
    }
}
