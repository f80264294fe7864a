package dev.agentkernel.bench.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.List;
import org.junit.jupiter.api.Test;

class KernelArgumentsTest {
    @Test
    void commandLineShouldRaiseTheLimitsAndNothingElse() {
        assertThat(new KernelArguments().commandLine())
                .contains("--kernel.limits.message-send-per-minute=1000000000")
                .allMatch(argument -> argument.startsWith("--kernel.limits.")
                        || argument.startsWith("--kernel.messaging.max-queue-per-agent="));
    }

    @Test
    void userArgumentShouldReplaceOursWhenItNamesTheSameProperty() {
        List<String> commandLine = new KernelArguments()
                .set("server.port", 1)
                .setAll(List.of("--server.port=2", "--spring.profiles.active=postgres"))
                .commandLine();

        assertThat(commandLine)
                .contains("--server.port=2", "--spring.profiles.active=postgres")
                .doesNotContain("--server.port=1");
    }

    @Test
    void userArgumentShouldBeRefusedWhenItHasNoValue() {
        assertThatExceptionOfType(BenchmarkFailure.class)
                .isThrownBy(() -> new KernelArguments().setAll(List.of("--debug")))
                .withMessageContaining("--name=value");
    }
}
