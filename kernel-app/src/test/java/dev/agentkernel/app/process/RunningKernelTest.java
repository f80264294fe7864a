package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.demo.Demo;
import dev.agentkernel.app.demo.DemoSettings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** One kernel for all tests: none of them changes it. */
class RunningKernelTest {

    @TempDir
    private static Path directory;

    private static KernelProcess kernel;

    @BeforeAll
    static void start() {
        kernel = KernelProcess.kernel(directory, Map.of()).ready();
    }

    @AfterAll
    static void stop() {
        kernel.close();
    }

    @Test
    void startShouldTellWhatRunsWhere() {
        Path data = directory.resolve("data");
        String api = "http://127.0.0.1:" + kernel.port();
        List<String> told = kernel.output()
                .lines()
                .map(line -> line.replaceFirst("^\\S+ INFO  (SignsOfLife|StartupReport) +", ""))
                .toList();
        assertThat(told).hasSize(7);
        assertThat(told.get(0)).matches("Agent Kernel \\S+ is starting");
        assertThat(told.get(1)).matches("Agent Kernel \\S+ is ready after [0-9.]+ s");
        assertThat(told.subList(2, 7))
                .containsExactly(
                        "API           " + api + "/v1, documented at " + api + "/docs",
                        "Operations    http://127.0.0.1:" + kernel.managementPort()
                                + "/actuator/health and /actuator/prometheus",
                        "Storage       embedded, in " + data,
                        "Observation   pages at " + api + "/ and " + api + "/observe, for everybody on this host",
                        "Admin token   in " + data.resolve("admin-token"));
        assertThat(kernel.errors()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"admin-token", "secret-key"})
    void secretShouldBeForItsOwnerAloneAndNeverInTheLog(String name) throws IOException {
        Path file = directory.resolve("data").resolve(name);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(kernel.output()).doesNotContain(Files.readString(file).strip());
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/nothing-here"})
    void guardedPathShouldBeClosedToEverybodyButTheAdministrator(String path) throws IOException {
        String token = Files.readString(directory.resolve("data/admin-token")).strip();
        HttpResponse<String> stranger = Requests.get(kernel.port(), path);
        assertThat(stranger.statusCode()).isEqualTo(401);
        assertThat(stranger.body()).startsWith("{\"error\":\"unauthorized\",\"message\":");
        assertThat(stranger.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(Requests.get(kernel.port(), path, "Authorization", "Bearer " + "0".repeat(64))
                        .statusCode())
                .isEqualTo(401);
        HttpResponse<String> administrator = Requests.get(kernel.port(), path, "Authorization", "Bearer " + token);
        assertThat(administrator.statusCode()).isEqualTo(404);
        assertThat(administrator.body()).startsWith("{\"error\":\"not_found\",\"message\":");
    }

    @Test
    void pathsOfAgentsShouldStayOutsideTheSecurityFilters() {
        // Their firewall would refuse these keys with 400 before the request gate asks for a token.
        HttpResponse<String> answer = Requests.get(kernel.port(), "/v1/state/a%2F%2Fb%3Bc");
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("X-Frame-Options")).isEmpty();
    }

    @Test
    void operationsShouldBeOnTheManagementPortAlone() {
        assertThat(Requests.get(kernel.managementPort(), "/actuator/health/liveness")
                        .statusCode())
                .isEqualTo(200);
        assertThat(Requests.get(kernel.managementPort(), "/actuator/health/readiness")
                        .body())
                .contains("\"storage\":{\"status\":\"UP\"}", "\"disk\":{", "\"reserveBytes\":268435456");
        assertThat(Requests.get(kernel.managementPort(), "/actuator/env").statusCode())
                .isEqualTo(404);
        assertThat(Requests.get(kernel.port(), "/actuator/health").statusCode()).isEqualTo(404);
        assertThat(Requests.get(kernel.managementPort(), "/v1/health").statusCode())
                .isEqualTo(404);
    }

    @Test
    void metricsShouldTellOfCommitsAndOfTheLog() {
        assertThat(Requests.get(kernel.managementPort(), "/actuator/prometheus").body())
                .contains(
                        "kernel_commit_seconds_bucket",
                        "kernel_commit_mutations_bucket",
                        "kernel_commit_gathered ",
                        "kernel_log_fsync_seconds_bucket",
                        "kernel_authentication_refusals_total ")
                .doesNotContain("http_server_requests");
    }

    @Test
    void demoShouldPlayOnTheRunningKernel() {
        List<String> said = new ArrayList<>();
        URI api = URI.create("http://127.0.0.1:" + kernel.port() + "/");
        new Demo(new DemoSettings(api, 12, 200, 7, Duration.ofSeconds(2), ""), said::add).run();
        assertThat(said).hasSizeBetween(3, 4);
        assertThat(said.getFirst()).isEqualTo("12 agents play at " + api + ", 200 actions a second, seed 7.");
        assertThat(said.getLast())
                .matches("The scene is over: [1-9]\\d* messages, [1-9]\\d* writes, [1-9]\\d* reads.*");
    }

    @Test
    void secondKernelShouldNotStartOnTheSameDirectory() {
        try (KernelProcess second = KernelProcess.kernel(directory, Map.of())) {
            assertThat(second.awaitEnd()).as(second.toString()).isEqualTo(75);
            assertThat(second.errors())
                    .startsWith("agent-kernel: The data directory " + directory.resolve("data")
                            + " is in use by another kernel (process ")
                    .hasLineCount(1);
        }
    }

    @Test
    void secondKernelShouldNotStartOnTheSamePort(@TempDir Path other) {
        try (KernelProcess second =
                KernelProcess.kernel(other, Map.of("server.port", Integer.toString(kernel.port())))) {
            assertThat(second.awaitEnd()).as(second.toString()).isEqualTo(71);
            assertThat(second.errors())
                    .isEqualTo("agent-kernel: Port " + kernel.port()
                            + " of 127.0.0.1 is in use; free it, or choose another server.port.\n");
        }
    }
}
