package dev.agentkernel.api.sockets;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that break the rules, or are too slow, lose their own socket and hold up nobody else. */
@Timeout(60)
class SocketsMisuseTest extends EchoSockets {

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
}
