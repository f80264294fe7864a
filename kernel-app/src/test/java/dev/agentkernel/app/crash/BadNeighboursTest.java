package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Others that get in the kernel's way: a second kernel on its directory, and clients that stop in the middle. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class BadNeighboursTest {

    private static final int STALLED_OF_EACH_KIND = 50;

    @TempDir
    private static Path directory;

    private static KernelProcess kernel;
    private static List<Agent> agents;

    @BeforeAll
    static void start() throws IOException {
        // Short, so that the test sees stalled clients go.
        kernel = KernelProcess.start(
                directory.resolve("data"), directory, Map.of("server.tomcat.connection-timeout", "3s"));
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            agents = Agent.register(connection, 3);
        }
    }

    @AfterAll
    static void stop() {
        kernel.close();
    }

    @Test
    void secondKernelShouldEndWithOneSentenceAndTheFirstGoOn() throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address());
                KernelProcess second = KernelProcess.launch(directory.resolve("data"), directory, Map.of())) {
            work(connection, "before");
            assertThat(second.awaitEnd()).as(second.toString()).isEqualTo(75);
            assertThat(second.errors())
                    .isEqualTo("agent-kernel: The data directory " + directory.resolve("data")
                            + " is in use by another kernel (process " + kernel.processId()
                            + "). Stop it first, or choose another kernel.data-dir.\n");
            work(connection, "after");
        }
        assertThat(kernel.isAlive()).isTrue();
        assertThat(kernel.errors()).isEmpty();
    }

    @Test
    void clientsThatStallShouldHoldUpNobodyAndBeCutOff() throws IOException {
        List<Socket> stalled = new ArrayList<>();
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            for (String start : halfRequests()) {
                for (int i = 0; i < STALLED_OF_EACH_KIND; i++) {
                    Socket socket = new Socket(
                            kernel.address().getAddress(), kernel.address().getPort());
                    stalled.add(socket);
                    socket.getOutputStream().write(start.getBytes(StandardCharsets.UTF_8));
                }
            }
            for (int i = 0; i < 100; i++) {
                work(connection, "round " + i);
            }
            for (Socket socket : stalled) {
                socket.setSoTimeout((int) KernelProcess.PATIENCE.toMillis());
                String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                assertThat(answer).doesNotContain("HTTP/1.1 2");
            }
            work(connection, "at last");
        } finally {
            for (Socket socket : stalled) {
                socket.close();
            }
        }
    }

    private static List<String> halfRequests() {
        String head = "POST /v1/messages HTTP/1.1\r\nHost: kernel\r\nAuthorization: Bearer "
                + agents.get(0).token() + "\r\n";
        String body = "Content-Type: application/json\r\nContent-Length: 60000\r\n\r\n{\"to\":\"";
        return List.of("", "POST /v1/mess", head, head + body);
    }

    @Test
    void messagesShouldWaitAgainWhenTheClientTakesThemButDoesNotRead() throws IOException {
        Agent sender = agents.get(0);
        Agent reader = agents.get(2);
        String large = "x".repeat(60_000);
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            for (int i = 0; i < 60; i++) {
                sender.send(connection, reader, i + large).expect(202);
            }
            try (Socket deaf = new Socket()) {
                deaf.setReceiveBufferSize(4096);
                deaf.connect(kernel.address());
                deaf.getOutputStream()
                        .write(("GET /v1/messages HTTP/1.1\r\nHost: kernel\r\nAuthorization: Bearer " + reader.token()
                                        + "\r\n\r\n")
                                .getBytes(StandardCharsets.UTF_8));
                assertThat(deaf.getInputStream().read()).isEqualTo('H');
                work(connection, "meanwhile");
                assertThat(reader.take(connection, 100).expect(200).json().required("messages"))
                        .hasSize(10);
                // The deaf client holds its fifty until the kernel gives up writing to it.
                await().atMost(KernelProcess.PATIENCE)
                        .untilAsserted(
                                () -> assertThat(waiting(connection, reader)).isEqualTo(50));
            }
        }
    }

    private static int waiting(HttpConnection connection, Agent reader) throws IOException {
        JsonNode messages = reader.take(connection, 100).expect(200).json().required("messages");
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i).required("content").asString()).startsWith(i + "x");
        }
        return messages.size();
    }

    /** A message there and back, and a value written and read. */
    private static void work(HttpConnection connection, String text) throws IOException {
        Agent one = agents.get(0);
        Agent other = agents.get(1);
        one.send(connection, other, text).expect(202);
        JsonNode taken = other.take(connection, 10).expect(200).json().required("messages");
        assertThat(taken).hasSize(1);
        assertThat(taken.get(0).required("content").asString()).isEqualTo(text);
        one.write(connection, "note", text).expect(200);
        assertThat(other.read(connection, "note").expect(200).text("value")).isEqualTo(text);
    }
}
