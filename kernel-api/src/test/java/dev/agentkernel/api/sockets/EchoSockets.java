package dev.agentkernel.api.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** Sockets that greet, and send back what they get. */
@Timeout(60)
abstract class EchoSockets {

    static final SocketRules RULES =
            SocketRules.named("test").messageBytesMax(1 << 20).socketsMax(3);

    final BlockingQueue<SocketClose> closes = new LinkedBlockingQueue<>();
    final BlockingQueue<Echo> listeners = new LinkedBlockingQueue<>();

    @Nullable
    SocketServer started;

    @AfterEach
    void stop() throws Exception {
        if (started != null) {
            started.close();
        }
        // Nobody is told twice.
        assertThat(closes).isEmpty();
    }

    SocketServer serve(SocketRules rules) throws Exception {
        started = new SocketServer(rules, socket -> {
            Echo echo = new Echo(socket);
            listeners.add(echo);
            return echo;
        });
        return started;
    }

    final class Echo implements SocketListener {

        final OpenSocket socket;
        final CountDownLatch drained = new CountDownLatch(1);

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

    int nextCloseCode() throws InterruptedException {
        SocketClose close = closes.poll(20, TimeUnit.SECONDS);
        assertThat(close).isNotNull();
        return close.code();
    }

    /** What the client sees may be ahead of what the server has noted. */
    static void awaitIdle(OpenSocket socket) {
        while (!socket.isIdle()) {
            Thread.onSpinWait();
        }
    }

    /** The half of a message shows by nothing but its end. */
    void awaitAmidMessage(SocketServer server) throws InterruptedException {
        while (closes.isEmpty()) {
            server.pass(61);
            Thread.onSpinWait();
        }
    }
}
