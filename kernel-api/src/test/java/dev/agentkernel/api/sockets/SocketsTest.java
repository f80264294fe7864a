package dev.agentkernel.api.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SocketsTest {

    private static final SocketRules RULES =
            SocketRules.named("test").messageBytesMax(1 << 20).socketsMax(3);

    private final BlockingQueue<SocketClose> closes = new LinkedBlockingQueue<>();
    private final BlockingQueue<Echo> listeners = new LinkedBlockingQueue<>();
    private @Nullable SocketServer started;

    @AfterEach
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
        // Nobody is told twice.
        assertThat(closes).isEmpty();
    }

    private SocketServer serve(SocketRules rules) throws Exception {
        started = new SocketServer(rules, socket -> {
            Echo echo = new Echo(socket);
            listeners.add(echo);
            return echo;
        });
        return started;
    }

    private final class Echo implements SocketListener {

        private final OpenSocket socket;
        private final CountDownLatch drained = new CountDownLatch(1);

        Echo(OpenSocket socket) {
            this.socket = socket;
        }

        @Override
        public void opened() {
            socket.send("hello".getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public void text(byte[] utf8) {
            if (new String(utf8, StandardCharsets.UTF_8).equals("fail")) {
                throw new IllegalStateException("on purpose");
            }
            socket.send(utf8);
        }

        @Override
        public void drained() {
            drained.countDown();
        }

        @Override
        public void closed(SocketClose why) {
            closes.add(why);
        }
    }

    private int nextCloseCode() throws InterruptedException {
        SocketClose close = closes.poll(20, TimeUnit.SECONDS);
        assertThat(close).isNotNull();
        return close.code();
    }

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
    void clientThatDoesNotReadIsClosedAndHoldsNothingUp() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            assertThat(client.read().text()).isEqualTo("hello");
            Echo echo = listeners.take();
            byte[] large = new byte[100_000];
            int accepted = 0;
            while (echo.socket.send(large)) {
                accepted++;
                assertThat(echo.socket.queuedBytes()).isLessThanOrEqualTo(RULES.outgoingBytesMax());
            }
            assertThat(accepted).isGreaterThan(8);
            assertThat(nextCloseCode()).isEqualTo(1008);
            server.pass(6);
            assertThat(server.sockets.open("test")).isZero();
            assertThat(echo.socket.send(large)).isFalse();
        }
    }

    @Test
    void clientThatTakesNothingForLongIsClosedAlsoWhenLittleWaits() throws Exception {
        SocketServer server = serve(RULES.outgoingBytesMax(64 << 20).silenceMax(Duration.ofDays(1)));
        try (RawSocket client = new RawSocket(server.port())) {
            Echo echo = listeners.take();
            client.read();
            while (echo.socket.queuedBytes() == 0) {
                echo.socket.send(new byte[1_000_000]);
            }
            server.pass(31);
            assertThat(nextCloseCode()).isEqualTo(1008);
        }
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
    void tooManyFramesInASecondCloseTheSocket() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            for (int i = 0; i < 200; i++) {
                client.send(ClientFrames.text(Integer.toString(i)));
            }
            for (int i = 0; i < 200; i++) {
                assertThat(client.read().text()).isEqualTo(Integer.toString(i));
            }
            client.send(ClientFrames.text("one more"));
            assertThat(client.read().code()).isEqualTo(4429);
        }
        assertThat(nextCloseCode()).isEqualTo(4429);
    }

    @Test
    void listenerThatFailsEndsItsSocketAlone() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port());
                RawSocket other = new RawSocket(server.port())) {
            client.read();
            other.read();
            client.send(ClientFrames.text("fail"));
            RawSocket.Frame close = client.read();
            assertThat(close.code()).isEqualTo(1011);
            assertThat(close.text()).doesNotContain("purpose");
            other.send(ClientFrames.text("still here"));
            assertThat(other.read().text()).isEqualTo("still here");
        }
        assertThat(nextCloseCode()).isEqualTo(1011);
        assertThat(nextCloseCode()).isEqualTo(1006);
    }

    @Test
    void frameThatBreaksTheProtocolClosesWithItsCode() throws Exception {
        SocketServer server = serve(RULES);
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            client.send(ClientFrames.frame(true, Opcode.BINARY, new byte[3]));
            assertThat(client.read().code()).isEqualTo(1003);
            server.pass(2);
            assertThat(client.isAtEnd()).isTrue();
        }
        assertThat(nextCloseCode()).isEqualTo(1003);
    }

    @Test
    void messageThatDripsIsNotWaitedForWithoutEnd() throws Exception {
        SocketServer server = serve(RULES.silenceMax(Duration.ofDays(1)));
        byte[] frame = ClientFrames.text("x".repeat(100));
        try (RawSocket client = new RawSocket(server.port())) {
            client.read();
            client.send(ClientFrames.text("begin"));
            assertThat(client.read().text()).isEqualTo("begin");
            client.send(Arrays.copyOf(frame, 50));
            awaitAmidMessage(server);
            assertThat(nextCloseCode()).isEqualTo(1008);
        }
    }

    /** What the client sees may be ahead of what the server has noted. */
    private static void awaitIdle(OpenSocket socket) {
        while (!socket.isIdle()) {
            Thread.onSpinWait();
        }
    }

    /** The half of a message shows by nothing but its end. */
    private void awaitAmidMessage(SocketServer server) throws InterruptedException {
        while (closes.isEmpty()) {
            server.pass(61);
            Thread.onSpinWait();
        }
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
