package dev.agentkernel.api.sockets;

import java.nio.ByteBuffer;

/** A frame on its way to a client: whole, never masked, never compressed. */
final class OutgoingFrame {

    private static final int FINAL = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int HEADER_BYTES_MAX = 10;

    private final int opcode;
    private final byte[] payload;

    /** Makes a frame of bytes that nobody changes any more. */
    OutgoingFrame(int opcode, byte[] payload) {
        this.opcode = opcode;
        this.payload = payload;
    }

    int opcode() {
        return opcode;
    }

    byte[] payload() {
        return payload;
    }

    /** What precedes the payload on the wire. */
    ByteBuffer header() {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES_MAX).put((byte) (FINAL | opcode));
        if (payload.length < LENGTH_16) {
            header.put((byte) payload.length);
        } else if (payload.length <= 0xffff) {
            header.put((byte) LENGTH_16).putShort((short) payload.length);
        } else {
            header.put((byte) LENGTH_64).putLong(payload.length);
        }
        return header.flip();
    }

    /** What the frame counts for while it waits. */
    int bytes() {
        return HEADER_BYTES_MAX + payload.length;
    }
}
