package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The kernel is killed while it blanks removed content: no answer ever has it again, and in the end no file does. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class KillWhileErasingTest {

    private static final int ROUNDS = 3;
    private static final int KEYS = 20;
    private static final int VERSIONS = 5;
    private static final String SECRET = "secret-that-must-go";

    @TempDir
    private Path directory;

    private KernelProcess start() {
        return KernelProcess.start(
                directory.resolve("data"),
                directory,
                Map.of(
                        // Small segments, so that many files are rewritten.
                        "kernel.events.segment-bytes", "16KB", "kernel.admin.token", Removals.TOKEN));
    }

    @Test
    void removedContentShouldBeGoneInTheEndWheneverTheProcessDies() throws IOException {
        for (int round = 1; round <= ROUNDS; round++) {
            try (KernelProcess kernel = start();
                    HttpConnection connection = new HttpConnection(kernel.address())) {
                Agent agent = Agent.register(connection, 1).getFirst();
                for (int i = 0; i < KEYS * VERSIONS; i++) {
                    agent.write(connection, "round-" + round + "-" + i % KEYS, SECRET + " " + i)
                            .expect(200);
                }
                for (int key = 0; key < KEYS; key++) {
                    Removals.removeState(connection, "round-" + round + "-" + key)
                            .expect(200);
                }
                // The eraser is at work on the first of them.
                kernel.kill();
            }
        }
        try (KernelProcess kernel = start();
                HttpConnection connection = new HttpConnection(kernel.address())) {
            requireRedacted(connection);
            await().atMost(KernelProcess.PATIENCE)
                    .until(() -> filesWithTheSecret().isEmpty());
            requireRedacted(connection);
            kernel.terminate();
            kernel.awaitEnd();
        }
        assertThat(EventLogFiles.disorder(EventLogFiles.records(directory.resolve("data"))))
                .isEmpty();
    }

    private static void requireRedacted(HttpConnection connection) throws IOException {
        int redacted = 0;
        JsonNode page;
        long since = 0;
        do {
            page = connection
                    .get("/observe/events?type=state_written&limit=1000&since=" + since, null)
                    .expect(200)
                    .json();
            for (JsonNode event : page.path("events")) {
                assertThat(event.toString()).doesNotContain(SECRET);
                assertThat(event.path("data").path("redacted").asBoolean()).isTrue();
                redacted++;
            }
            since = page.path("next_cursor").asLong();
        } while (page.path("has_more").asBoolean());
        assertThat(redacted).isEqualTo(ROUNDS * KEYS * VERSIONS);
    }

    private List<Path> filesWithTheSecret() {
        return EventLogFiles.segments(directory.resolve("data")).stream()
                .filter(KillWhileErasingTest::hasTheSecret)
                .toList();
    }

    private static boolean hasTheSecret(Path segment) {
        try {
            return new String(Files.readAllBytes(segment), StandardCharsets.UTF_8).contains(SECRET);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
