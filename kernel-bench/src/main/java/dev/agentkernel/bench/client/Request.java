package dev.agentkernel.bench.client;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * One request of the API, as plain text.
 *
 * @param method the HTTP method
 * @param path the path with its query, already percent-encoded
 * @param token the bearer token, empty for none
 * @param body the JSON body, empty for none
 */
public record Request(String method, String path, String token, String body) {
    /** Returns a request without a body. */
    public static Request get(String path, String token) {
        return new Request("GET", path, token, "");
    }

    /** Returns a request with a JSON body. */
    public static Request post(String path, String token, String body) {
        return new Request("POST", path, token, body);
    }

    /**
     * Returns a request that sends a message.
     *
     * @param to the recipient's address
     * @param content without anything that JSON escapes
     */
    public static Request message(String token, String to, String content) {
        return post("/v1/messages", token, "{\"to\":\"" + to + "\",\"content\":\"" + content + "\"}");
    }

    /** Returns a request that puts a JSON body. */
    public static Request put(String path, String token, String body) {
        return new Request("PUT", path, token, body);
    }

    /** Returns the bytes of the request as they go over a keep-alive connection; the same bytes serve every loopback server. */
    public byte[] encode() {
        return encode(Map.of());
    }

    /** Returns the bytes of the request with more headers. */
    public byte[] encode(Map<String, String> headers) {
        byte[] bodyBytes = body.getBytes(StandardCharsets.UTF_8);
        StringBuilder head = new StringBuilder(256);
        head.append(method).append(' ').append(path).append(" HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (!token.isEmpty()) {
            head.append("Authorization: Bearer ").append(token).append("\r\n");
        }
        if (!body.isEmpty()) {
            head.append("Content-Type: application/json\r\nContent-Length: ")
                    .append(bodyBytes.length)
                    .append("\r\n");
        }
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        head.append("\r\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(head.length() + bodyBytes.length);
        bytes.writeBytes(head.toString().getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(bodyBytes);
        return bytes.toByteArray();
    }

    /** Returns a short description for messages to people: never the token. */
    @Override
    public String toString() {
        return method + " " + path;
    }
}
