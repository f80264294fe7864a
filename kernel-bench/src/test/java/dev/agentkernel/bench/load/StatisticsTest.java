package dev.agentkernel.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void medianShouldBeTheMiddleWhenThereIsOne() {
        assertThat(Statistics.of(9, 1, 5)).isEqualTo(new Statistics(5, 1, 9));
    }

    @Test
    void medianShouldBeBetweenTheMiddleTwoWhenTheCountIsEven() {
        assertThat(Statistics.of(4, 1, 3, 100)).isEqualTo(new Statistics(3.5, 1, 100));
    }

    @Test
    void statisticsShouldBeUnknownWhenAValueIs() {
        assertThat(Statistics.of(1, Double.NaN, 3).median()).isNaN();
        assertThat(Statistics.of(1, Double.NaN, 3).max()).isNaN();
    }

    @Test
    void statisticsShouldRefuseToBeOfNothing() {
        assertThatIllegalArgumentException().isThrownBy(Statistics::of);
    }

    @Test
    void ratioShouldBeTheMedianOfThePairsNotTheRatioOfTheMedians() {
        CaseResult result = Results.of(new double[] {100, 200, 300}, new double[] {200, 100, 1_000});

        assertThat(result.ratio()).isEqualTo(new Statistics(0.5, 0.3, 2.0));
        assertThat(result.kernel().perSecond().median()
                        / result.baseline().perSecond().median())
                .as("the other figure, for comparison")
                .isEqualTo(1.0);
    }

    @Test
    void latenciesShouldBeThoseOfAllRounds() {
        CaseResult result = Results.of(new double[] {1_000, 1_000}, new double[] {1_000, 1_000});

        assertThat(result.kernel().latencies().getTotalCount()).isEqualTo(2_000);
    }
}
