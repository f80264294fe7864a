package dev.agentkernel.api.messages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.RefusedException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletRequest;

class IdempotencyKeysTest {

    /** As the server hands over what came as UTF-8. */
    private static String onTheWire(String key) {
        return new String(key.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static MockHttpServletRequest request(String... keys) {
        MockHttpServletRequest request = new MockHttpServletRequest();
        for (String key : keys) {
            request.addHeader("Idempotency-Key", key);
        }
        return request;
    }

    @Test
    void keysAreTakenAsTheyStand() {
        assertThat(IdempotencyKeys.of(request())).isNull();
        assertThat(IdempotencyKeys.of(request("\"quoted\""))).isEqualTo("\"quoted\"");
        assertThat(IdempotencyKeys.of(request(""))).isEmpty();
        assertThat(IdempotencyKeys.of(request(onTheWire("ключ 😀")))).isEqualTo("ключ 😀");
        assertThat(IdempotencyKeys.of(request("caf\u00e9"))).isEqualTo("café");
    }

    @Test
    void severalKeysAreRefused() {
        assertThatExceptionOfType(RefusedException.class).isThrownBy(() -> IdempotencyKeys.of(request("a", "a")));
    }
}
