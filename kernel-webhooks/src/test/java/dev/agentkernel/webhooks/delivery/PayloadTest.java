package dev.agentkernel.webhooks.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.messages.MessageContext;
import dev.agentkernel.core.messages.QueuedMessage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PayloadTest {

    private static String payloadOf(String content) {
        return payloadOf(content, MessageContext.NONE);
    }

    private static String payloadOf(String content, MessageContext context) {
        QueuedMessage message = new QueuedMessage(
                7,
                UUID.fromString("01890a5d-ac96-774b-bcce-b302099a8057"),
                "tab_from",
                "tab_to",
                ByteString.ofUtf8(content).orElseThrow(),
                Instant.parse("2026-11-26T12:00:00.123456789Z"),
                context);
        return new String(Payload.of(message), StandardCharsets.UTF_8);
    }

    @Test
    void isTheMessageOfTheContract() {
        assertThat(payloadOf("hello"))
                .isEqualTo("{\"message_id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"from\":\"tab_from\","
                        + "\"to\":\"tab_to\",\"content\":\"hello\",\"timestamp\":\"2026-11-26T12:00:00.123456Z\"}");
    }

    @Test
    void whatTheSenderSaidBesideTheContentComesWithIt() {
        MessageContext context = new MessageContext(
                ByteString.ofUtf8("order \"4711\"\n").orElseThrow(), new UUID(1, 2), Duration.ofHours(1));
        assertThat(payloadOf("hello", context))
                .endsWith("123456Z\",\"correlation_id\":\"order \\\"4711\\\"\\u000a\","
                        + "\"reply_to\":\"00000000-0000-0001-0000-000000000002\",\"ttl_seconds\":3600}");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "say \"hi\",        say \\\"hi\\\"",
                "back\\slash,       back\\\\slash",
                "grüße 🎉 日本,     grüße 🎉 日本",
                "`\u0000\n\u001f\u007f`, \\u0000\\u000a\\u001f\u007f",
                "\",                \\\"",
            })
    void contentIsEscapedWhereItMustBe(String content, String escaped) {
        assertThat(payloadOf(content)).contains("\"content\":\"" + escaped + "\",\"timestamp\"");
    }
}
