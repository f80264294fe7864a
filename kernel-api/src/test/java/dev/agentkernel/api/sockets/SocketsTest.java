package dev.agentkernel.api.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketsTest extends EchoSockets {

    @Test
    void handshakeIsAnsweredByTheStandardWithoutCompression() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            assertThat(client.answer)
                    .startsWith("HTTP/1.1 101")
                    .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                    .doesNotContainIgnoringCase("Extensions");
            assertThat(client.read().text()).isEqualTo("hello");
        }
        assertThat(nextCloseCode()).isEqualTo(1006);
    }

    @Test
    void messagesOfEverySizeComeBackInOrder() throws Exception {
        SocketServer server = serve(RULES);
        BlockingQueue<String> received = new LinkedBlockingQueue<>();
        CompletableFuture<Integer> end = new CompletableFuture<>();
        WebSocket client = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + "/"), new WebSocket.Listener() {
                    private final StringBuilder message = new StringBuilder();

                    @Override
                    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
                        message.append(part);
                        if (last) {
                            received.add(message.toString());
                            message.setLength(0);
                        }
                        socket.request(1);
                        return null;
                    }

                    @Override
                    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
                        end.complete(code);
                        return null;
                    }
                })
                .get(20, TimeUnit.SECONDS);
        assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo("hello");
        for (int size : new int[] {0, 1, 125, 126, 65_535, 65_536, 300_000}) {
            String message = "é".repeat(size / 2) + "x".repeat(size % 2);
            client.sendText(message, true).get(20, TimeUnit.SECONDS);
            assertThat(received.poll(20, TimeUnit.SECONDS)).isEqualTo(message);
        }
        client.sendClose(4321, "done").get(20, TimeUnit.SECONDS);
        assertThat(end.get(20, TimeUnit.SECONDS)).isEqualTo(4321);
        assertThat(nextCloseCode()).isEqualTo(4321);
        assertThat(server.inFlight.reserved()).isZero();
    }

    @Test
    void requestThatIsNoHandshakeIsRefused() throws Exception {
        SocketServer server = serve(RULES);
        String good = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
        for (String header : new String[] {
            "",
            "Connection: Upgrade\r\n",
            good,
            good + "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
            good + "Sec-WebSocket-Version: 13\r\n",
            good + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2hvcnQ=\r\n",
            good + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ?\r\n"
        }) {
            try (RawSocket client = new RawSocket(server.port(), header)) {
                assertThat(client.answer).as(header).startsWith("HTTP/1.1 400").doesNotContain("Upgrade:");
            }
        }
        assertThat(server.sockets.open("test")).isZero();
    }

    @Test
    void oneSocketTooManyIsRefusedUntilAnotherEnds() throws Exception {
        SocketServer server = serve(RULES.socketsMax(1));
        try (RawSocket first = new RawSocket(server.port())) {
            assertThat(first.read().text()).isEqualTo("hello");
            try (RawSocket second = new RawSocket(server.port())) {
                assertThat(second.answer).startsWith("HTTP/1.1 503").doesNotContain("Upgrade:");
            }
            first.send(ClientFrames.frame(true, Opcode.CLOSE, new byte[0]));
            assertThat(first.read().opcode()).isEqualTo(Opcode.CLOSE);
            assertThat(first.isAtEnd()).isTrue();
        }
        assertThat(nextCloseCode()).isEqualTo(SocketClose.NO_CODE);
        try (RawSocket third = new RawSocket(server.port())) {
            assertThat(third.read().text()).isEqualTo("hello");
        }
        assertThat(nextCloseCode()).isEqualTo(1006);
    }

    @Test
    void clientThatAnswersPingsStaysAndOneThatIsSilentIsClosed() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            OpenSocket socket = listeners.take().socket;
            awaitIdle(socket);
            for (int round = 0; round < 4; round++) {
                server.pass(20);
                assertThat(client.read().opcode()).isEqualTo(Opcode.PING);
                client.send(ClientFrames.frame(true, Opcode.PONG, new byte[0]));
                // The echo tells that the pong was read.
                client.send(ClientFrames.text("alive"));
                assertThat(client.read().text()).isEqualTo("alive");
                awaitIdle(socket);
            }
            server.pass(30);
            assertThat(client.read().opcode()).isEqualTo(Opcode.PING);
            server.pass(31);
            assertThat(closes.take()).isEqualTo(SocketClose.SILENT);
            assertThat(client.read().code()).isEqualTo(4408);
            // Nobody answers the close either.
            server.pass(6);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(server.sockets.open("test")).isZero();
    }

    @Test
    void pingOfTheClientIsAnswered() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            client.send(ClientFrames.frame(true, Opcode.PING, new byte[] {1, 2, 3}));
            RawSocket.Frame pong = client.read();
            assertThat(pong.opcode()).isEqualTo(Opcode.PONG);
            assertThat(pong.payload()).containsExactly(1, 2, 3);
        }
        assertThat(nextCloseCode()).isEqualTo(1006);
    }

    @Test
    void listenerIsToldWhenTheQueueIsEmptyAgain() throws Exception {
        SocketServer server = serve(RULES.outgoingBytesMax(16 << 20));
        try (RawSocket client = new RawSocket(server.port())) {
            Echo echo = listeners.take();
            client.read();
            int sent = 0;
            while (echo.socket.queuedBytes() <= 8 << 20) {
                assertThat(echo.socket.send(new byte[1_000_000])).isTrue();
                sent++;
            }
            for (int i = 0; i < sent; i++) {
                assertThat(client.read().payload()).hasSize(1_000_000);
            }
            assertThat(echo.drained.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(echo.socket.queuedBytes()).isZero();
        }
        assertThat(nextCloseCode()).isEqualTo(1006);
    }

    @Test
    void brokenConnectionIsToldAtOnce() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            client.reset();
            assertThat(nextCloseCode()).isEqualTo(1006);
        }
        assertThat(server.sockets.open("test")).isZero();
    }

    @Test
    void shutdownSaysGoodByeAndLetsNobodyIn() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            Thread closing = Thread.ofVirtual().start(server.sockets::close);
            RawSocket.Frame close = client.read();
            assertThat(close.code()).isEqualTo(1001);
            client.send(ClientFrames.frame(true, Opcode.CLOSE, close.payload()));
            assertThat(client.isAtEnd()).isTrue();
            closing.join();
            try (RawSocket late = new RawSocket(server.port())) {
                assertThat(late.answer).startsWith("HTTP/1.1 503");
            }
        }
        assertThat(nextCloseCode()).isEqualTo(1001);
    }

    @Test
    void manyConnectAndBreakAtOnceAndNoneIsLeftOver() throws Exception {
        SocketServer server = serve(RULES.socketsMax(1_000));
        Thread[] clients = new Thread[200];
        for (int i = 0; i < clients.length; i++) {
            boolean reset = i % 2 == 0;
            clients[i] = Thread.ofVirtual().start(() -> {
                try (RawSocket client = new RawSocket(server.port())) {
                    client.read();
                    if (reset) {
                        client.reset();
                    }
                } catch (IOException broken) {
                    throw new IllegalStateException(broken);
                }
            });
        }
        for (Thread client : clients) {
            client.join();
        }
        for (int i = 0; i < clients.length; i++) {
            assertThat(nextCloseCode()).isEqualTo(1006);
        }
        while (server.sockets.open("test") > 0) {
            Thread.onSpinWait();
        }
    }
}
