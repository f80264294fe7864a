package dev.agentkernel.api.sockets;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.agentkernel.api.requests.BytesInFlight;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/** Whatever bytes a client sends: they are messages or a violation, the same however they are cut, and no room stays taken. */
class FrameReaderFuzzTest {

    private static final int MESSAGE_BYTES_MAX = 64 << 10;

    @FuzzTest(maxDuration = "1m")
    void framesAreReadAlikeHoweverTheyAreCut(byte[] input) {
        if (input.length < 2) {
            return;
        }
        int part = 1 + (input[0] & 0xff);
        byte[] wire = Arrays.copyOfRange(input, 1, input.length);
        List<String> whole = read(wire, wire.length);
        List<String> cut = read(wire, part);
        if (!whole.equals(cut)) {
            throw new AssertionError("in parts of " + part + " they are " + cut + ", and as a whole " + whole);
        }
    }

    private static List<String> read(byte[] wire, int part) {
        BytesInFlight inFlight = new BytesInFlight(16 << 20);
        FrameReader reader = new FrameReader(MESSAGE_BYTES_MAX, inFlight);
        ToldFrames told = new ToldFrames(MESSAGE_BYTES_MAX);
        try {
            for (int at = 0; at < wire.length && !told.isClosed(); at += part) {
                reader.read(
                        ByteBuffer.wrap(wire, at, Math.min(part, wire.length - at))
                                .slice(),
                        told);
            }
        } catch (ProtocolViolation expected) {
            told.events.add("violation " + expected.close().code());
        }
        reader.release();
        if (inFlight.reserved() != 0) {
            throw new AssertionError(inFlight.reserved() + " bytes stay reserved");
        }
        return told.events;
    }
}
