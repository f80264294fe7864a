package dev.agentkernel.api.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.api.json.Timestamps;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.limits.RateVerdict;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class RateLimitHeadersTest {

    private static final Instant RESET = Instant.parse("2026-11-20T10:00:00.000001Z");

    private final MockHttpServletResponse response = new MockHttpServletResponse();

    private static RateVerdict verdict(boolean allowed, long remaining, Duration retryAfter) {
        return new RateVerdict(
                RateCategory.MESSAGE_SEND, allowed, 60, Duration.ofMinutes(1), remaining, RESET, retryAfter);
    }

    @Test
    void allowedRequestsAreToldWhereTheyStand() {
        RateLimitHeaders.apply(verdict(true, 59, Duration.ZERO), response);

        assertThat(response.getHeader("X-RateLimit-Limit")).isEqualTo("60");
        assertThat(response.getHeader("X-RateLimit-Remaining")).isEqualTo("59");
        assertThat(response.getHeader("X-RateLimit-Reset")).isEqualTo("" + (RESET.getEpochSecond() + 1));
        assertThat(response.getHeader("RateLimit")).isEqualTo("\"message-send\";r=59;t=1");
        assertThat(response.getHeader("RateLimit-Policy")).isEqualTo("\"message-send\";q=60;w=60");
    }

    @Test
    void refusedRequestsAreToldToo() {
        assertThatExceptionOfType(RefusedException.class)
                .isThrownBy(() -> RateLimitHeaders.apply(verdict(false, 0, Duration.ofMillis(1_001)), response))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.RATE_LIMITED))
                .satisfies(refusal -> assertThat(refusal.retryAfter()).contains(Duration.ofMillis(1_001)))
                .satisfies(refusal ->
                        assertThat(refusal.sentence()).contains("60 requests in 60 seconds", "in 2 seconds"));

        assertThat(response.getHeader("X-RateLimit-Remaining")).isEqualTo("0");
        assertThat(response.getHeader("RateLimit")).isEqualTo("\"message-send\";r=0;t=60");
    }

    @Test
    void waitsAreWholeSecondsAndNeverNone() {
        assertThat(Timestamps.wholeSeconds(Duration.ZERO)).isEqualTo(1);
        assertThat(Timestamps.wholeSeconds(Duration.ofNanos(1))).isEqualTo(1);
        assertThat(Timestamps.wholeSeconds(Duration.ofSeconds(2))).isEqualTo(2);
        assertThat(Timestamps.wholeSeconds(Duration.ofMillis(2_001))).isEqualTo(3);
    }
}
