package dev.agentkernel.core.observation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.NoActivity;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

class ActivityProjectorTest {

    private static final int STEP = 100_000;

    private final Script store = new Script();
    private final ActivityProjector projector = new ActivityProjector(store);

    /** Does in each step what was ordered. */
    private static final class Script extends NoActivity {

        private final Deque<Object> steps = new ArrayDeque<>();
        private Runnable onStep = () -> {};
        private int stepMost;

        @Override
        public int countNext(int eventsMax) {
            stepMost = eventsMax;
            onStep.run();
            Object step = steps.removeFirst();
            if (step instanceof RuntimeException failure) {
                throw failure;
            }
            return (Integer) step;
        }
    }

    @Test
    void roundShouldCountUntilAStepIsNotFull() {
        store.steps.addAll(List.of(STEP, STEP, STEP - 1, STEP));
        projector.runOnce();
        assertThat(store.steps).containsExactly(STEP);
        assertThat(store.stepMost).isEqualTo(STEP);
    }

    @Test
    void stoppedRoundShouldEndAfterTheStepUnderWay() {
        store.steps.addAll(List.of(STEP, STEP));
        store.onStep = projector::stop;
        projector.runOnce();
        assertThat(store.steps).containsExactly(STEP);
    }

    @Test
    void whatFailsShouldBeTriedAgainWithTheNextCall() {
        store.steps.add(MemoryStorage.away());
        store.steps.add(new IllegalStateException("a fault"));
        store.steps.add(0);
        projector.runOnce();
        projector.runOnce();
        projector.runOnce();
        assertThat(store.steps).isEmpty();
    }

    @Test
    void rightAfterTheStartThereShouldBeNothingToRestFrom() {
        store.steps.add(0);
        projector.runIfRested();
        assertThat(store.steps).isEmpty();
    }
}
