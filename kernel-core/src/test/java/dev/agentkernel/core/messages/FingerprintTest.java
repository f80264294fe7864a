package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FingerprintTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private static ByteString of(String to, String text, MessageContext context) {
        return Fingerprint.of(new OutgoingMessage(to, content(text), context, "key"));
    }

    private static ByteString of(MessageContext context) {
        return of("a", "x", context);
    }

    private static MessageContext context(
            @Nullable String correlationId, @Nullable UUID replyTo, @Nullable Duration timeToLive) {
        return new MessageContext(correlationId == null ? null : content(correlationId), replyTo, timeToLive);
    }

    @Test
    void sameMessageHasTheSameWhateverItsKey() {
        assertThat(Fingerprint.of(new OutgoingMessage("a", content("x"), context("c", id(1), MINUTE), "another key")))
                .isEqualTo(of(context("c", id(1), MINUTE)));
    }

    @Test
    void everyPartCounts() {
        assertThat(of("a", "x", MessageContext.NONE)).isNotEqualTo(of("b", "x", MessageContext.NONE));
        assertThat(of("a", "x", MessageContext.NONE)).isNotEqualTo(of("a", "y", MessageContext.NONE));
        assertThat(of(context("c", null, null))).isNotEqualTo(of(context("d", null, null)));
        assertThat(of(context(null, id(1), null))).isNotEqualTo(of(context(null, id(2), null)));
        assertThat(of(context(null, null, MINUTE))).isNotEqualTo(of(context(null, null, MINUTE.plusSeconds(1))));
    }

    @Test
    void whereOnePartEndsCountsToo() {
        assertThat(of("a", "bc", MessageContext.NONE)).isNotEqualTo(of("ab", "c", MessageContext.NONE));
        assertThat(of("a", "x", context("y", null, MINUTE))).isNotEqualTo(of("a", "xy", context(null, null, MINUTE)));
        assertThat(of(context(id(1).toString(), null, null))).isNotEqualTo(of(context(null, id(1), null)));
    }
}
