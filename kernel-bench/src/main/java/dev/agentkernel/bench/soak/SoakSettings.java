package dev.agentkernel.bench.soak;

import dev.agentkernel.bench.process.BenchmarkFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * What a soak does.
 *
 * @param time how long the load lasts
 * @param killEvery how long each kernel lives before it is killed
 * @param perSecond operations a second, whatever becomes of them
 * @param restartDatabase a command for the shell that stops the database and starts it again, run twice; empty when none is to be
 * @param samples where the samples go, one line each
 * @param chart where the chart goes
 */
public record SoakSettings(
        Duration time,
        Duration killEvery,
        int perSecond,
        Optional<String> restartDatabase,
        Optional<Path> samples,
        Optional<Path> chart) {

    /** As many agents as there are; all of them send. */
    static final int AGENTS = 1_000;

    /** How often everything is measured. */
    static final Duration SAMPLE_EVERY = Duration.ofSeconds(10);

    /** Checks that a kernel lives for less than the whole. */
    public SoakSettings {
        if (killEvery.compareTo(time) >= 0) {
            throw new BenchmarkFailure("--kill-minutes has to be less than --minutes: " + killEvery.toMinutes() + " of "
                    + time.toMinutes());
        }
    }
}
