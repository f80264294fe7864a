package dev.agentkernel.api.sockets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.agentkernel.api.requests.BytesInFlight;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final int MAX = 100_000;

    private final BytesInFlight inFlight = new BytesInFlight(1 << 20);
    private final ToldFrames told = new ToldFrames(MAX);
    private final FrameReader reader = new FrameReader(MAX, inFlight);

    @Test
    void messagesComeOutWholeHoweverTheBytesAreCut() throws ProtocolViolation {
        String large = "ä€𝄞".repeat(9_000);
        byte[] wire = ClientFrames.join(
                ClientFrames.text("first"),
                ClientFrames.frame(false, Opcode.TEXT, "a".getBytes(StandardCharsets.UTF_8)),
                ClientFrames.frame(true, Opcode.PING, new byte[] {7}),
                ClientFrames.frame(false, Opcode.CONTINUATION, new byte[0]),
                ClientFrames.frame(true, Opcode.CONTINUATION, "b".getBytes(StandardCharsets.UTF_8)),
                ClientFrames.text(large),
                ClientFrames.text(""),
                ClientFrames.frame(true, Opcode.PONG, new byte[0]));
        for (int seed = 0; seed < 200; seed++) {
            ToldFrames seen = new ToldFrames(MAX);
            FrameReader cut = new FrameReader(MAX, inFlight);
            Random random = new Random(seed);
            int at = 0;
            while (at < wire.length) {
                int length = Math.min(wire.length - at, 1 + random.nextInt(seed == 0 ? 1 : 1 << random.nextInt(17)));
                cut.read(ByteBuffer.wrap(wire, at, length).slice(), seen);
                at += length;
            }
            assertThat(seen.events)
                    .as("seed %s", seed)
                    .containsExactly("text first", "ping 07", "text ab", "text " + large, "text ", "pong");
            assertThat(cut.isAmidMessage()).isFalse();
        }
        assertThat(inFlight.reserved()).isZero();
    }

    @Test
    void unfinishedMessageIsNoticedAndGivesItsRoomBack() throws ProtocolViolation {
        byte[] frame = ClientFrames.text("x".repeat(50_000));
        reader.read(ByteBuffer.wrap(frame, 0, 40_000), told);
        assertThat(reader.isAmidMessage()).isTrue();
        assertThat(inFlight.reserved()).isPositive();
        reader.release();
        assertThat(inFlight.reserved()).isZero();
    }

    @Test
    void largePromiseAloneCostsNothing() throws ProtocolViolation {
        byte[] frame = ClientFrames.text("x".repeat(MAX));
        reader.read(ByteBuffer.wrap(frame, 0, 100), told);
        assertThat(inFlight.reserved()).isZero();
    }

    @Test
    void whatBreaksTheProtocolIsRefusedWithItsCode() {
        byte[] text = "x".getBytes(StandardCharsets.UTF_8);
        byte[] unmasked = {(byte) 0x81, 1, 'x', 0, 0, 0, 0};
        assertThat(codeOf(unmasked)).isEqualTo(1002);
        byte[] compressed = ClientFrames.text("x");
        compressed[0] |= 0x40;
        assertThat(codeOf(compressed)).isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.CONTINUATION, text))).isEqualTo(1002);
        assertThat(codeOf(ClientFrames.join(
                        ClientFrames.frame(false, Opcode.TEXT, text), ClientFrames.frame(true, Opcode.TEXT, text))))
                .isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(true, 0x3, text))).isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(false, Opcode.PING, text))).isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.PING, new byte[126]))).isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.BINARY, text))).isEqualTo(1003);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.TEXT, new byte[] {(byte) 0xc0, (byte) 0x80})))
                .isEqualTo(1007);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.CLOSE, new byte[] {3})))
                .isEqualTo(1002);
        assertThat(codeOf(ClientFrames.frame(true, Opcode.CLOSE, new byte[] {3, (byte) 0xed})))
                .isEqualTo(1002);
    }

    @Test
    void messageBeyondTheLimitIsRefusedByItsPromiseAndByItsParts() {
        byte[] promise = {(byte) 0x81, (byte) 0xff, 0x7f, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4};
        assertThat(codeOf(promise)).isEqualTo(1009);
        byte[] negative = {(byte) 0x81, (byte) 0xff, -1, -1, -1, -1, -1, -1, -1, -1, 1, 2, 3, 4};
        assertThat(codeOf(negative)).isEqualTo(1009);
        byte[] half = new byte[MAX / 2 + 1];
        assertThat(codeOf(ClientFrames.join(
                        ClientFrames.frame(false, Opcode.TEXT, half),
                        ClientFrames.frame(true, Opcode.CONTINUATION, half))))
                .isEqualTo(1009);
    }

    @Test
    void messageThatFindsNoRoomIsRefusedForNow() {
        inFlight.reserve((1 << 20) - 1_000);
        assertThat(codeOf(ClientFrames.text("x".repeat(50_000)))).isEqualTo(1013);
    }

    @Test
    void nothingIsReadAfterTheClose() throws ProtocolViolation {
        reader.read(
                ByteBuffer.wrap(ClientFrames.join(
                        ClientFrames.frame(true, Opcode.CLOSE, new byte[] {3, (byte) 0xe8}),
                        ClientFrames.text("late"))),
                told);
        assertThat(told.events).containsExactly("close 1000");
    }

    private int codeOf(byte[] wire) {
        FrameReader fresh = new FrameReader(MAX, inFlight);
        return catchThrowableOfType(ProtocolViolation.class, () -> fresh.read(ByteBuffer.wrap(wire), told))
                .close()
                .code();
    }
}
