package dev.agentkernel.bench.sockets;

import java.util.Optional;

/** What the scenarios need of a {@code message} frame; its contents are numbers here. */
public record HandedMessage(String id, long content) {

    /** The message in a frame, if it carries one. */
    public static Optional<HandedMessage> in(String frame) {
        if (!frame.startsWith("{\"type\":\"message\"")) {
            return Optional.empty();
        }
        return Optional.of(new HandedMessage(text(frame, "message_id"), Long.parseLong(text(frame, "content"))));
    }

    /** The text of a member without escapes. */
    private static String text(String frame, String member) {
        int from = frame.indexOf("\"" + member + "\":\"") + member.length() + 4;
        return frame.substring(from, frame.indexOf('"', from));
    }
}
