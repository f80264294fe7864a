package dev.agentkernel.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecentValuesTest {

    private final RecentValues values = new RecentValues(3);

    @Test
    void nothingShouldBeKnownBeforehand() {
        assertThat(values.growth(3)).isEmpty();
        assertThat(values.least(3)).isEmpty();
        values.add(5);
        assertThat(values.growth(3)).isEmpty();
        assertThat(values.most(3)).hasValue(5);
    }

    @Test
    void windowShouldMoveOn() {
        for (double value : new double[] {9, 1, 2, 4, 8}) {
            values.add(value);
        }
        assertThat(values.growth(1)).hasValue(4);
        assertThat(values.growth(2)).hasValue(6);
        assertThat(values.growth(100)).hasValue(7);
        assertThat(values.least(2)).hasValue(4);
        assertThat(values.least(3)).hasValue(2);
        assertThat(values.most(3)).hasValue(8);
    }
}
