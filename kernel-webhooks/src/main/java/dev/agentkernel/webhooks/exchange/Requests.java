package dev.agentkernel.webhooks.exchange;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Requests as they go over the wire. */
final class Requests {

    private Requests() {}

    /** A POST of JSON. Asks for no compression: there is nothing to unpack in an answer then. */
    static byte[] post(URI uri, Map<String, String> fields, byte[] body) {
        StringBuilder head = new StringBuilder(512)
                .append("POST ")
                .append(uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
        if (uri.getRawQuery() != null) {
            head.append('?').append(uri.getRawQuery());
        }
        head.append(" HTTP/1.1\r\n");
        field(head, "Host", uri.getRawAuthority());
        field(head, "User-Agent", "agent-kernel");
        field(head, "Content-Type", "application/json");
        field(head, "Content-Length", Integer.toString(body.length));
        fields.forEach((name, value) -> field(head, name, value));
        head.append("\r\n");
        byte[] headBytes = head.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] request = new byte[headBytes.length + body.length];
        System.arraycopy(headBytes, 0, request, 0, headBytes.length);
        System.arraycopy(body, 0, request, headBytes.length, body.length);
        return request;
    }

    private static void field(StringBuilder head, String name, String value) {
        if (!isPrintableAscii(value)) {
            throw new IllegalArgumentException("The header field " + name + " is not printable ASCII");
        }
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static boolean isPrintableAscii(String value) {
        return value.chars().allMatch(character -> character >= ' ' && character <= '~');
    }
}
