package dev.agentkernel.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.demo.DemoSettings;
import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DemoOptionsTest {

    @Test
    void defaultsShouldPlayAtTheDefaultAddress() {
        DemoOptions options = read();
        assertThat(options.complaint()).isEmpty();
        assertThat(options.settings())
                .isEqualTo(new DemoSettings(URI.create("http://127.0.0.1:8080/"), 24, 4, 99, Duration.ZERO, ""));
    }

    @Test
    void optionsShouldBeReadInEitherForm() {
        DemoOptions options = read(
                "--url",
                "https://kernel.example/",
                "--agents=5",
                "--rate",
                "0.5",
                "--seed=3",
                "--seconds=10",
                "--operator-key=sk_live_x");
        assertThat(options.complaint()).isEmpty();
        assertThat(options.settings())
                .isEqualTo(new DemoSettings(
                        URI.create("https://kernel.example/"), 5, 0.5, 3, Duration.ofSeconds(10), "sk_live_x"));
    }

    @ParameterizedTest
    @CsvSource({
        "--agents=4, --agents is \"4\"; it must be a whole number from 5 to 1000.",
        "--agents=many, --agents is \"many\"; it must be a whole number from 5 to 1000.",
        "--rate=1001, --rate is \"1001\"; it must be a number from 0.1 to 1000.",
        "--rate=-1, --rate is \"-1\"; it must be a number from 0.1 to 1000.",
        "--url=ftp://x, --url is \"ftp://x\"; it must be like http://127.0.0.1:8080.",
        "--url=http://, --url is \"http://\"; it must be like http://127.0.0.1:8080.",
        "--agent=5, demo has no option --agent; see demo --help.",
        "--seed, '--seed has no value, or is there twice; see demo --help.'",
    })
    void badOptionShouldBeNamedWithItsRange(String option, String complaint) {
        assertThat(read(option).complaint()).contains(complaint);
    }

    @Test
    void helpShouldBeGivenWhateverElseIsThere() {
        assertThat(read("--agents=5", "--help").help()).isTrue();
    }

    private static DemoOptions read(String... options) {
        return DemoOptions.read(options, 99);
    }
}
