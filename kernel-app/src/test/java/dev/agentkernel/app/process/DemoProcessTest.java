package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a person starts it. That it plays on a real kernel is tested where one is running. */
class DemoProcessTest {

    @Test
    void demoShouldSayWhatToDoWhenNoKernelIsThere(@TempDir Path directory) {
        // Nothing listens on the port of the discard service.
        try (KernelProcess demo = KernelProcess.program(
                KernelProgram.command(), directory, List.of("demo", "--url=http://127.0.0.1:9"))) {
            assertThat(demo.awaitEnd()).as(demo.toString()).isEqualTo(68);
            assertThat(demo.errors())
                    .isEqualTo(
                            "agent-kernel: No kernel answers at http://127.0.0.1:9/. Start one first, or say where it"
                                    + " is: --url=http://host:port\n");
            assertThat(demo.output()).isEmpty();
        }
    }
}
