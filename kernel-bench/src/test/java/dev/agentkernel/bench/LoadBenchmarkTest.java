package dev.agentkernel.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the whole harness for fractions of a second, against a pretend kernel and the real bare Tomcat. */
class LoadBenchmarkTest {
    @TempDir
    private Path directory;

    private final ByteArrayOutputStream reportBytes = new ByteArrayOutputStream();
    private final ByteArrayOutputStream progressBytes = new ByteArrayOutputStream();

    @Test
    void loadShouldMeasureEveryOperationAgainstBothServers() throws IOException {
        Path csv = directory.resolve("cases.csv");
        Path roundsCsv = directory.resolve("rounds.csv");
        int status;
        try (PretendKernel.Running kernel = PretendKernel.start(directory.resolve("kernel"), 0)) {
            status = run(
                    "--target=" + kernel.url(),
                    "--connections=1,4",
                    "--rounds=2",
                    "--seconds=0.05",
                    "--warmup=0.02",
                    "--agents=1100",
                    "--csv=" + csv,
                    "--rounds-csv=" + roundsCsv);
        }

        assertThat(status).as(progress()).isZero();
        assertThat(report())
                .contains("agents-me", "unknown-token", "empty-poll", "state-read", "state-write", "send", "1,100")
                .contains("baseline at the end: ")
                .doesNotContain("ERROR");
        // Seven operations with 1,000 agents, three again with 1,100; two numbers of connections, two servers.
        assertThat(Files.readAllLines(csv)).hasSize(1 + (7 + 3) * 2 * 2);
        assertThat(Files.readAllLines(roundsCsv)).hasSize(1 + (7 + 3) * 2 * 2 * 2);
        assertThat(progress()).contains("registered 1,100 of 1,100 agents");
        assertWorkspaceGone();
    }

    @Test
    void loadShouldFailAndNameTheStatusWhenTheKernelRefusesSome() throws IOException {
        int status = run(
                "--kernel-jar=" + KernelJar.write(directory),
                "--kernel-arg=--refuse-every-send=10",
                "--operations=send",
                "--connections=2",
                "--rounds=1",
                "--seconds=0.1",
                "--warmup=0");

        assertThat(status).isEqualTo(1);
        assertThat(report())
                .containsPattern(
                        "ERROR send, 2 connections: the kernel gave [0-9,]+ times, where 202 was expected: 507");
        assertThat(report()).contains("kernel at the end: ");
        assertWorkspaceGone();
    }

    @Test
    void loadShouldShowTheLogWhenTheKernelDoesNotStart() throws IOException {
        int status = run(
                "--kernel-jar=" + KernelJar.write(directory), "--kernel-arg=--server.port=wrong", "--operations=send");

        assertThat(status).isEqualTo(1);
        assertThat(progress()).contains("ended with status 1 before it was ready", "NumberFormatException");
        assertWorkspaceGone();
    }

    @Test
    void memoryShouldFindEveryMessageAgainAfterKillAndStop() throws IOException {
        int status = run("--scenario=memory", "--kernel-jar=" + KernelJar.write(directory), "--queued-mebibytes=17");

        assertThat(status).as(progress()).isZero();
        assertThat(report())
                .contains("queued 272 messages of 64 KiB (17 MiB)")
                .contains("ready again after kill -9", "ready again after an orderly stop")
                .contains("messages found after the restarts: 272 of 272");
        assertWorkspaceGone();
    }

    @Test
    void besideShouldHoldTheSendsAgainstTheLastLineOfTheOtherProgram() throws IOException {
        int status = run(
                "--scenario=beside",
                "--kernel-jar=" + KernelJar.write(directory),
                "--beside=echo 7; echo 100.2",
                "--connections=2",
                "--rounds=2",
                "--seconds=0.05",
                "--warmup=0.02");

        assertThat(status).as(progress()).isZero();
        assertThat(report())
                .contains("2 connections")
                .containsPattern("the other program, per second +\\| +100 \\(100–100\\)");
        assertThat(progress()).contains("round 2 of 2");
        assertWorkspaceGone();
    }

    @Test
    void besideShouldFailWhenTheOtherProgramPrintsNoNumber() throws IOException {
        int status = run(
                "--scenario=beside",
                "--kernel-jar=" + KernelJar.write(directory),
                "--beside=echo nothing",
                "--warmup=0",
                "--seconds=0.05");

        assertThat(status).isEqualTo(1);
        assertThat(progress()).contains("the last line of \"echo nothing\" is not a number");
        assertWorkspaceGone();
    }

    @Test
    void helpShouldNameEveryOption() {
        assertThat(run("--help")).isZero();

        assertThat(report()).contains("--target", "--kernel-arg", "--queued-mebibytes", "agents-me,unknown-token");
    }

    @Test
    void optionsShouldBeRefusedWithASentenceWhenTheyAreWrong() {
        assertUsage("there is no option \"--what\"", "--what", "1");
        assertUsage("--rounds is \"x\", which is not a whole number", "--rounds", "x");
        assertUsage("--connections is 0; allowed: 1 to 512", "--connections", "0");
        assertUsage("--agents is 5; allowed: 1000 to", "--agents", "5");
        assertUsage("--replicas is 1; allowed: 2 to 5", "--scenario=cluster", "--replicas=1");
        assertUsage("there is no operation \"fly\"; there are agents-me", "--operations", "fly");
        assertUsage("the scenario \"beside\" needs --beside COMMAND", "--scenario=beside");
        assertUsage("--csv needs a value", "--csv");
        assertUsage("--rounds is given twice", "--rounds=1", "--rounds=2");
        assertUsage("which is no loopback address", "--target", "http://192.0.2.1:80");
        assertUsage("--kernel-arg has no meaning with --target", "--target=http://127.0.0.1:1", "--kernel-arg=--a=b");
        assertUsage("--csv has no meaning in the scenario \"memory\"", "--scenario=memory", "--csv=x");
    }

    private void assertUsage(String message, String... arguments) {
        progressBytes.reset();
        assertThat(new LoadBenchmark(stream(reportBytes), stream(progressBytes)).run(arguments))
                .isEqualTo(2);
        assertThat(progress()).contains(message);
    }

    private void assertWorkspaceGone() throws IOException {
        try (Stream<Path> left = Files.list(directory.resolve("data"))) {
            assertThat(left).isEmpty();
        }
    }

    private int run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--data-dir=" + directory.resolve("data"));
        return new LoadBenchmark(stream(reportBytes), stream(progressBytes)).run(all.toArray(String[]::new));
    }

    private String report() {
        return reportBytes.toString(StandardCharsets.UTF_8);
    }

    private String progress() {
        return progressBytes.toString(StandardCharsets.UTF_8);
    }

    private static PrintStream stream(ByteArrayOutputStream bytes) {
        return new PrintStream(bytes, true, StandardCharsets.UTF_8);
    }
}
