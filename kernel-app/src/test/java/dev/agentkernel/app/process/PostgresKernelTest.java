package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresKernelTest {

    @TempDir
    private static Path directory;

    private static EmbeddedPostgres server;

    @BeforeAll
    static void startServer() throws IOException {
        server = EmbeddedPostgres.builder().setServerConfig("fsync", "off").start();
    }

    @AfterAll
    static void stopServer() throws IOException {
        server.close();
    }

    @Test
    void operatorShouldBeKnownToTheNextProcessOnTheSameDatabase() throws IOException {
        Path password = Files.writeString(directory.resolve("password"), "postgres\n");
        String key;
        try (KernelProcess first = kernel("file:" + password).ready()) {
            assertThat(first.output())
                    .contains(
                            "Storage       postgres, in jdbc:postgresql://localhost:" + server.getPort() + "/postgres")
                    .contains("Admin token   in the column 'value' of the table 'secrets' in the database");
            HttpResponse<String> registered =
                    Requests.post(first.port(), "/v1/operators", "{\"contact_hash\":\"somebody\"}");
            assertThat(registered.statusCode()).as(registered.body()).isEqualTo(201);
            key = registered.body().replaceFirst(".*\"api_key\":\"([^\"]+)\".*", "$1");
            first.terminate();
            assertThat(first.awaitEnd()).isEqualTo(128 + 15);
        }
        try (KernelProcess second = kernel("postgres").ready()) {
            String bearer = "Bearer " + key;
            assertThat(Requests.get(second.port(), "/v1/operators/me", "Authorization", bearer)
                            .statusCode())
                    .isEqualTo(200);
            assertThat(Requests.get(second.managementPort(), "/actuator/health/readiness")
                            .body())
                    .contains("\"storage\":{\"status\":\"UP\"}")
                    .doesNotContain("disk");
        }
        assertThat(directory.resolve("data")).doesNotExist();
    }

    @Test
    void processShouldEndWithOneSentenceWhenTheDatabaseIsAway() {
        String url = "jdbc:postgresql://localhost:1/nothing";
        try (KernelProcess kernel = KernelProcess.kernel(
                directory,
                Map.of("spring.profiles.active", "postgres", "kernel.database.url", url + "?password=hidden"))) {
            assertThat(kernel.awaitEnd()).as(kernel.toString()).isEqualTo(69);
            assertThat(kernel.errors())
                    .startsWith("agent-kernel: The database at " + url + " cannot be used: ")
                    .contains("refused")
                    .doesNotContain("hidden")
                    .hasLineCount(1);
        }
    }

    private static KernelProcess kernel(String password) {
        return KernelProcess.kernel(
                directory,
                Map.of(
                        "spring.profiles.active", "postgres",
                        "server.address", "127.0.0.1",
                        "kernel.database.url", "jdbc:postgresql://localhost:" + server.getPort() + "/postgres",
                        "kernel.database.username", "postgres",
                        "kernel.database.password", password));
    }
}
