package dev.agentkernel.api.messages;

import dev.agentkernel.api.json.StrictUtf8;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** Reads the {@code Idempotency-Key}. */
final class IdempotencyKeys {

    private IdempotencyKeys() {}

    /**
     * The key as it stands, quotes and all; {@code null} if there is none.
     *
     * @throws RefusedException {@code bad_request} if there are several
     */
    static @Nullable String of(HttpServletRequest request) {
        Enumeration<String> fields = request.getHeaders("Idempotency-Key");
        if (!fields.hasMoreElements()) {
            return null;
        }
        String key = fields.nextElement();
        if (fields.hasMoreElements()) {
            throw RefusedException.badRequest("There is more than one Idempotency-Key; at most one is allowed.");
        }
        return decode(key);
    }

    /** The server hands over each byte as a character. Clients send UTF-8, or ISO 8859-1 as HTTP once had it. */
    private static String decode(String key) {
        byte[] bytes = key.getBytes(StandardCharsets.ISO_8859_1);
        Charset charset =
                StrictUtf8.firstInvalid(bytes, bytes.length) < 0 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1;
        return new String(bytes, charset);
    }
}
