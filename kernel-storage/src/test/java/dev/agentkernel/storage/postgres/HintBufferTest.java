package dev.agentkernel.storage.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class HintBufferTest {

    private final HintBuffer buffer = new HintBuffer();

    @Test
    void hintsShouldBeTakenOnceAndTheLogAtItsFurthest() throws InterruptedException {
        buffer.add(new Hint.Log(8));
        buffer.add(new Hint.Mail("a"));
        buffer.add(new Hint.Log(7));
        buffer.add(new Hint.Mail("a"));
        assertThat(buffer.take(Duration.ZERO))
                .isEqualTo(new HintBuffer.Gathered(List.of(new Hint.Mail("a"), new Hint.Log(8)), false));
        assertThat(buffer.take(Duration.ZERO).isEmpty()).isTrue();
    }

    @Test
    void tooManyShouldBecomeOneThatStandsForAll() throws InterruptedException {
        for (int i = 0; i <= HintBuffer.HINTS_MAX; i++) {
            buffer.add(new Hint.Mail("agent " + i));
        }
        buffer.add(new Hint.Mail("one more"));
        buffer.add(new Hint.Log(3));
        assertThat(buffer.take(Duration.ZERO)).isEqualTo(new HintBuffer.Gathered(List.of(new Hint.Log(3)), true));
        buffer.add(new Hint.Mail("a"));
        assertThat(buffer.take(Duration.ZERO).hints()).containsExactly(new Hint.Mail("a"));
    }

    @Test
    void whatCouldNotBeSentShouldStandForAll() throws InterruptedException {
        buffer.add(new Hint.Mail("a"));
        buffer.addEverything();
        assertThat(buffer.take(Duration.ZERO)).isEqualTo(new HintBuffer.Gathered(List.of(), true));
    }

    @Test
    void whoeverWaitsShouldBeWoken() throws Exception {
        Thread later = Thread.ofVirtual().start(() -> buffer.add(new Hint.Mail("a")));
        assertThat(buffer.take(Duration.ofMinutes(1)).hints()).containsExactly(new Hint.Mail("a"));
        later.join();
    }
}
