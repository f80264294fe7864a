package dev.agentkernel.api.requests;

import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The id by which a request is found again in the log: the client's own from {@code X-Request-Id} where it is harmless, or one of
 * 32 hexadecimal digits. A proxy or a client may so follow one request through several services.
 */
public final class RequestIds {

    /** The field of requests and of answers. */
    public static final String FIELD = "X-Request-Id";

    /** The longest id that is taken from a client, in characters. */
    public static final int CHARACTERS_MAX = 128;

    /** The name under which the log's context has the id. */
    public static final String CONTEXT = "request_id";

    private static final String ATTRIBUTE = RequestIds.class.getName();
    private static final HexFormat HEX = HexFormat.of();

    private RequestIds() {}

    /** The id of a request, the same however often it is asked for. */
    public static String of(HttpServletRequest request) {
        if (request.getAttribute(ATTRIBUTE) instanceof String known) {
            return known;
        }
        String given = request.getHeader(FIELD);
        String id = isHarmless(given) ? given : newId();
        request.setAttribute(ATTRIBUTE, id);
        return id;
    }

    /** Unguessable ids are not needed, only ones that do not come twice. */
    private static String newId() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return HEX.toHexDigits(random.nextLong()) + HEX.toHexDigits(random.nextLong());
    }

    /** Letters, digits and a few signs: nothing that could forge a line of the log or a field of a header. */
    static boolean isHarmless(@Nullable String given) {
        if (given == null || given.isEmpty() || given.length() > CHARACTERS_MAX) {
            return false;
        }
        for (int i = 0; i < given.length(); i++) {
            char character = given.charAt(i);
            boolean letterOrDigit = (character >= 'a' && character <= 'z')
                    || (character >= 'A' && character <= 'Z')
                    || (character >= '0' && character <= '9');
            if (!letterOrDigit && "-_.:/+=@".indexOf(character) < 0) {
                return false;
            }
        }
        return true;
    }
}
