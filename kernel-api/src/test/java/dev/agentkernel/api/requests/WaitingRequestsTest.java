package dev.agentkernel.api.requests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WaitingRequestsTest {

    private static final Duration LONG = Duration.ofSeconds(60);

    private final WaitingRequests one = new WaitingRequests(WaitingRequests.BYTES_EACH);

    @Test
    void whoWaitsBeyondTheMemoryShouldBeRefusedAndWhoDoesNotWaitShouldNot() {
        String seen = one.look(LONG, () -> {
            assertThatExceptionOfType(RefusedException.class)
                    .isThrownBy(() -> one.look(LONG, () -> "a second"))
                    .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE))
                    .satisfies(refused -> assertThat(refused.retryAfter()).isPresent());
            return one.look(Duration.ZERO, () -> "at once");
        });
        assertThat(seen).isEqualTo("at once");
    }

    @Test
    void placeShouldBeFreeAgainHoweverTheLookEnds() {
        assertThatExceptionOfType(IllegalStateException.class)
                .isThrownBy(() -> one.look(LONG, () -> {
                    throw new IllegalStateException("the look failed");
                }));
        assertThat(one.look(LONG, () -> "free")).isEqualTo("free");
    }

    @Test
    void oneShouldFindAPlaceHoweverLittleMemoryThereIs() {
        assertThat(new WaitingRequests(1).look(LONG, () -> "found")).isEqualTo("found");
    }
}
