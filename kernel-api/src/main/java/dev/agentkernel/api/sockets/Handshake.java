package dev.agentkernel.api.sockets;

import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Collections;
import org.jspecify.annotations.Nullable;

/**
 * The opening handshake (RFC 6455, section 4.2). No extension is ever agreed on: compression would cost each socket more memory than
 * all the rest of it.
 */
final class Handshake {

    private static final String VERSION = "13";
    private static final int KEY_BYTES = 16;
    private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

    private Handshake() {}

    /**
     * Makes sure that a request is a handshake.
     *
     * @throws RefusedException {@code bad_request} if it is none
     */
    static void check(HttpServletRequest request, HttpServletResponse response) {
        if (!hasToken(request, "Upgrade", "websocket") || !hasToken(request, "Connection", "upgrade")) {
            throw RefusedException.badRequest(
                    "This path speaks WebSocket: a request needs 'Connection: Upgrade' and 'Upgrade: websocket'.");
        }
        if (!VERSION.equals(request.getHeader("Sec-WebSocket-Version"))) {
            response.setHeader("Sec-WebSocket-Version", VERSION);
            throw RefusedException.badRequest("The Sec-WebSocket-Version must be " + VERSION + ".");
        }
        if (!isKey(request.getHeader("Sec-WebSocket-Key"))) {
            throw RefusedException.badRequest("The Sec-WebSocket-Key must be the base64 of " + KEY_BYTES + " bytes.");
        }
    }

    /** Writes the header of the answer to a handshake. */
    static void answer(HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Upgrade", "websocket");
        response.setHeader("Connection", "upgrade");
        response.setHeader("Sec-WebSocket-Accept", acceptOf(request.getHeader("Sec-WebSocket-Key")));
    }

    private static boolean hasToken(HttpServletRequest request, String header, String token) {
        for (String field : Collections.list(request.getHeaders(header))) {
            for (String element : field.split(",", -1)) {
                if (element.strip().equalsIgnoreCase(token)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isKey(@Nullable String key) {
        try {
            return key != null && Base64.getDecoder().decode(key).length == KEY_BYTES;
        } catch (IllegalArgumentException notBase64) {
            return false;
        }
    }

    static String acceptOf(@Nullable String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + GUID).getBytes(StandardCharsets.ISO_8859_1));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("every Java platform has SHA-1", missing);
        }
    }
}
