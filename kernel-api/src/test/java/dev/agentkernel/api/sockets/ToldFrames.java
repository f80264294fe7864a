package dev.agentkernel.api.sockets;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** Remembers in words what a reader of frames told of; a message that is larger than it may be is an error of the reader. */
final class ToldFrames implements FrameReader.Sink {

    final List<String> events = new ArrayList<>();
    private final int messageBytesMax;

    ToldFrames(int messageBytesMax) {
        this.messageBytesMax = messageBytesMax;
    }

    boolean isClosed() {
        return !events.isEmpty() && events.getLast().startsWith("close");
    }

    @Override
    public void frame() {}

    @Override
    public void text(byte[] utf8) {
        if (utf8.length > messageBytesMax) {
            throw new AssertionError("a message of " + utf8.length + " bytes");
        }
        events.add("text " + new String(utf8, StandardCharsets.UTF_8));
    }

    @Override
    public void ping(byte[] payload) {
        events.add("ping " + HexFormat.of().formatHex(payload));
    }

    @Override
    public void pong() {
        events.add("pong");
    }

    @Override
    public void close(SocketClose why) {
        events.add("close " + why.code());
    }
}
