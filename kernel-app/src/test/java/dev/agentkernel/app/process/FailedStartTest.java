package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedStartTest {

    @TempDir
    private Path directory;

    @Test
    void processShouldEndWithOneSentenceWhenAValueIsNotAllowed() {
        assertEnd(
                78,
                "kernel.limits.message-send-per-minute is 0; it must be 1 to 1000000000.",
                "kernel.limits.message-send-per-minute",
                "0");
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void processShouldEndWithOneSentenceWhenAPropertyIsUnknown() {
        assertEnd(
                78,
                "kernel.data-dirr is no property of the kernel; the nearest is kernel.data-dir, and docs/configuration.md has"
                        + " them all.",
                "kernel.data-dirr",
                "/tmp");
    }

    @Test
    void processShouldEndWithOneSentenceWhenAPropertyOfSpringBootCannotBeRead() {
        assertEnd(78, "server.port is \"http\": Failed to convert to type java.lang.Integer.", "server.port", "http");
    }

    @Test
    void processShouldEndWithOneSentenceWhenATrustedProxyIsNoAddress() {
        assertEnd(
                78,
                "kernel.trusted-proxies has 'proxy', which is neither an IP address nor a network such as 10.0.0.0/8 or"
                        + " fd00::/8.",
                "kernel.trusted-proxies",
                "proxy");
    }

    @Test
    void processShouldEndWithOneSentenceWhenAnArgumentIsNoProperty() {
        try (KernelProcess process = KernelProcess.program(KernelProgram.command(), directory, List.of("start"))) {
            assertThat(process.awaitEnd()).as(process.toString()).isEqualTo(64);
            assertThat(process.errors())
                    .isEqualTo(
                            "agent-kernel: \"start\" is no argument of the form --property=value, such as"
                                    + " --server.port=8080; docs/configuration.md has all properties, and --help the commands.\n");
        }
    }

    @Test
    void processShouldEndWithOneSentenceWhenTheDataDirectoryCannotBeMade() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        assertEnd(
                73,
                "The data directory " + file + " cannot be made or written to: " + file
                        + " is not a directory. Give this user the right to, or choose another kernel.data-dir.",
                "kernel.data-dir",
                file.toString());
    }

    @Test
    void processShouldEndAtOnceWithoutItsShutdownHooksWhenTheDiskIsUnknown() {
        try (KernelProcess process = KernelProcess.program(
                KernelProgram.commandOf("dev.agentkernel.app.FatalEndProgram"), directory, List.of())) {
            assertThat(process.awaitEnd()).isEqualTo(70);
            assertThat(process.errors())
                    .isEqualTo("agent-kernel: the kernel stops at once, because nobody knows what the disk holds (fsync"
                            + " failed); start it again, and it finds out.\n");
            assertThat(process.output()).doesNotContain("hook");
        }
    }

    private void assertEnd(int status, String sentence, String property, String value) {
        try (KernelProcess process = KernelProcess.kernel(directory, Map.of(property, value))) {
            assertThat(process.awaitEnd()).as(process.toString()).isEqualTo(status);
            assertThat(process.errors()).isEqualTo("agent-kernel: " + sentence + "\n");
            assertThat(process.output().lines()).allMatch(line -> line.endsWith("is starting"));
        }
    }
}
