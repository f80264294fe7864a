package dev.agentkernel.app.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShutdownTest {

    private static final String BODY = "{\"contact_hash\":\"who registers at the last moment\"}";

    @TempDir
    private Path directory;

    @Test
    void requestUnderWayShouldBeFinishedAndKeptWhenTheProcessIsToldToEnd() throws IOException {
        try (KernelProcess kernel = KernelProcess.kernel(directory, Map.of()).ready();
                Socket client = new Socket(InetAddress.getLoopbackAddress(), kernel.port())) {
            client.setSoTimeout((int) KernelProcess.PATIENCE.toMillis());
            BufferedReader answers =
                    new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
            OutputStream request = client.getOutputStream();
            request.write(ascii("POST /v1/operators HTTP/1.1\r\nHost: kernel\r\nContent-Type: application/json\r\n"
                    + "Content-Length: " + BODY.length() + "\r\nExpect: 100-continue\r\n\r\n"));
            // Says that the request has a thread of its own by now, which waits for the body.
            assertThat(answers.readLine()).startsWith("HTTP/1.1 100");
            assertThat(answers.readLine()).isEmpty();
            kernel.terminate();
            await().atMost(KernelProcess.PATIENCE).until(() -> !listens(kernel.port()));
            request.write(ascii(BODY));
            assertThat(answers.readLine()).startsWith("HTTP/1.1 201");
            assertThat(kernel.awaitEnd()).isEqualTo(128 + 15);
            assertThat(kernel.output()).contains("Agent Kernel is stopping: what is under way is finished first");
            assertThat(kernel.errors()).isEmpty();
        }
        assertThat(eventLog()).contains("who registers at the last moment");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static boolean listens(int port) {
        try (Socket attempt = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return attempt.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }

    private String eventLog() throws IOException {
        try (Stream<Path> segments = Files.list(directory.resolve("data/events"))) {
            return segments.map(ShutdownTest::read).collect(Collectors.joining());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new java.io.UncheckedIOException(failed);
        }
    }
}
