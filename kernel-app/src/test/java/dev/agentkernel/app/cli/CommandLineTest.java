package dev.agentkernel.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommandLineTest {

    @Test
    void argumentsShouldBeAcceptedWhenEachIsAProperty() {
        assertThat(complaint("--server.port=1", "--debug", "--kernel.data-dir=a=b"))
                .isEmpty();
        assertThat(complaint()).isEmpty();
    }

    @Test
    void argumentsShouldBeRefusedWhenOneIsNoProperty() {
        assertThat(complaint("server.port=1"))
                .contains("\"server.port=1\" is no argument of the form --property=value");
        assertThat(complaint("--")).contains("\"--\" is no argument");
    }

    @Test
    void argumentsShouldBeRefusedWhenAPropertyComesTwice() {
        assertThat(complaint("--server.port=1", "--server.port=2"))
                .isEqualTo("--server.port is there more than once; give it one value.");
    }

    private static String complaint(String... arguments) {
        return CommandLine.complaintAbout(arguments).orElse("");
    }
}
