package dev.agentkernel.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.MutablePropertySources;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

class SettingsCheckTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    kernel.limits.message-send-per-minute | 0     | is 0; it must be 1 to 1000000000.
                    kernel.messaging.max-content-bytes    | 2MB   | is 2097152 bytes; it must be 1B to 1MB.
                    kernel.messaging.max-content-bytes    | -1    | is -1 bytes; it must be 1B to 1MB.
                    kernel.verification.challenge-expiry  | 10ms  | is 10 ms; it must be 1s to 1d.
                    kernel.verification.proof-of-work-difficulty | 33 | is 33; it must be 1 to 32.
                    kernel.webhook.ports                  | 443,70000 | is 70000; it must be 1 to 65535.
                    kernel.events.segment-bytes           | big   | is "big"; it must be a size such as 65536 (bytes), 512KB, 100MB or 10GB (1KB = 1024 bytes).
                    kernel.commit.batch-max               | many  | is "many"; it must be a whole number.
                    kernel.events.log-reads               | perhaps | is "perhaps"; it must be true or false.
                    kernel.verification.challenge-expiry  | soon  | is "soon"; it must be a duration such as 500ms, 30s, 5m or 2h.
                    kernel.verification.gate              | none  | is "none"; it must be one of stub, pipeline, proof_of_work.
                    kernel.database.statement-timeout     | 5s    | is 5000 ms; it must be 6s to 29s.
                    kernel.cluster.registry-backend       | postgres_notify | is postgres_notify; without the profile postgres it must be local, as there is one process only.
                    kernel.cluster.poll-interval          | 1ms   | is 1 ms; it must be 100ms to 1m.
                    """)
    void startShouldFailWithOneSentenceWhenAValueIsNotAllowed(String name, String value, String complaint) {
        assertThatThrownBy(checking(Map.of(name, value)))
                .isInstanceOfSatisfying(
                        StartFailedException.class,
                        failure -> assertThat(failure.status()).isEqualTo(ExitStatus.CONFIGURATION))
                .hasMessage(name + " " + complaint);
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.data-directory, kernel.data-dir",
        "kernel.limits.message-sends-per-minute, kernel.limits.message-send-per-minute",
        "kernel.messaging.max-contents-bytes, kernel.messaging.max-content-bytes",
        "kernel.webhooks.ports[0], kernel.webhook.ports",
    })
    void startShouldFailAndNameTheNearestWhenAPropertyIsUnknown(String name, String nearest) {
        assertThatThrownBy(checking(Map.of(name, "1")))
                .isInstanceOf(StartFailedException.class)
                .hasMessage(name + " is no property of the kernel; the nearest is " + nearest
                        + ", and docs/configuration.md has them all.");
    }

    @ParameterizedTest
    @CsvSource({
        "kernel.dataDir, /tmp/x",
        "kernel.data_dir, /tmp/x",
        "kernel.webhook.ports[0], 443",
        "kernel.trusted-proxies[1], 10.0.0.1",
        "server.port, 1",
        "kernels.data, 1",
    })
    void startShouldGoOnWhenAPropertyIsSpeltInOneOfSpringsWays(String name, String value) {
        assertThatCode(checking(Map.of(name, value, "kernel.trusted-proxies[0]", "10.0.0.2")))
                .doesNotThrowAnyException();
    }

    @Test
    void variablesOfTheEnvironmentShouldNeverStopTheStartByTheirName() {
        StandardEnvironment environment =
                environmentWith(Map.of("KERNEL_SERVICE_HOST", "10.0.0.1", "KERNEL_DATADR", "x"));
        assertThatCode(() -> new SettingsCheck().postProcessEnvironment(environment, new SpringApplication()))
                .doesNotThrowAnyException();
    }

    @Test
    void variablesOfTheEnvironmentShouldBePointedOutWhenTheyAreMisspelt() {
        StandardEnvironment environment = environmentWith(Map.of(
                "KERNEL_SERVICE_HOST", "10.0.0.1",
                "KERNEL_DATADIR", "right",
                "KERNEL_DATA_DIR", "right too",
                "KERNEL_WEBHOOK_PORTS_0", "443",
                "KERNEL_MESSAGING_MAXCONTENTBYTE", "1"));
        assertThat(EnvironmentVariables.misspeltIn(environment))
                .containsExactly("The environment variable KERNEL_MESSAGING_MAXCONTENTBYTE sets nothing;"
                        + " KERNEL_MESSAGING_MAXCONTENTBYTES would set kernel.messaging.max-content-bytes.");
    }

    @Test
    void variablesOfTheEnvironmentShouldBeCheckedForTheirValue() {
        StandardEnvironment environment = environmentWith(Map.of("KERNEL_COMMIT_BATCHMAX", "0"));
        assertThatThrownBy(() -> new SettingsCheck().postProcessEnvironment(environment, new SpringApplication()))
                .hasMessage("kernel.commit.batch-max is 0; it must be 1 to 10000.");
    }

    @Test
    void startShouldFailWhenBothStoragesAreAskedFor() {
        StandardEnvironment environment = environmentWith(Map.of());
        environment.setActiveProfiles("embedded", "postgres");
        assertThatThrownBy(() -> new SettingsCheck().postProcessEnvironment(environment, new SpringApplication()))
                .hasMessage("spring.profiles.active has both embedded and postgres; choose one of them.");
    }

    @Test
    void startShouldFailWhenNobodySaysWhereTheDatabaseIs() {
        StandardEnvironment environment = environmentWith(Map.of());
        environment.setActiveProfiles("postgres");
        assertThatThrownBy(() -> new SettingsCheck().postProcessEnvironment(environment, new SpringApplication()))
                .hasMessageStartingWith("kernel.database.url is missing;");
    }

    private static ThrowingCallable checking(Map<String, Object> properties) {
        StandardEnvironment environment = environmentWith(Map.of());
        environment.getPropertySources().addFirst(new MapPropertySource("arguments", properties));
        return () -> new SettingsCheck().postProcessEnvironment(environment, new SpringApplication());
    }

    /** An environment that knows nothing of the one in which the test runs. */
    private static StandardEnvironment environmentWith(Map<String, Object> variables) {
        StandardEnvironment environment = new StandardEnvironment();
        MutablePropertySources sources = environment.getPropertySources();
        sources.remove(StandardEnvironment.SYSTEM_PROPERTIES_PROPERTY_SOURCE_NAME);
        sources.replace(
                StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                new SystemEnvironmentPropertySource(
                        StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME, variables));
        return environment;
    }
}
