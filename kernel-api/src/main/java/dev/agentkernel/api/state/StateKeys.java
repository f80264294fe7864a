package dev.agentkernel.api.state;

import dev.agentkernel.api.requests.PercentEncoding;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletRequest;

/** Finds the state key in a request: the whole rest of the path as it was sent, decoded exactly once. */
public final class StateKeys {

    /** The one name that is no key. */
    static final String CAPACITY = "_capacity";

    private static final String STATE = "/v1/state/";

    private StateKeys() {}

    /**
     * The key; empty when the path ends with the slash before it.
     *
     * @throws RefusedException {@code bad_request} for broken escapes, bytes that are not UTF-8, and dot segments, which programs
     *     on the way may have resolved or may yet resolve; {@code not_found} for a path that only looks like one of the state's
     */
    static String of(HttpServletRequest request) {
        return below(STATE, request);
    }

    /** The key in a path that begins otherwise, by the same rules. */
    public static String below(String beginning, HttpServletRequest request) {
        String state = request.getContextPath() + beginning;
        String path = request.getRequestURI();
        if (!path.startsWith(state)) {
            throw new RefusedException(ErrorCode.NOT_FOUND, "There is nothing at this path.");
        }
        return of(path.substring(state.length()));
    }

    static String of(String raw) {
        requireNoDotSegment(raw);
        return PercentEncoding.decodePath(raw)
                .orElseThrow(
                        () -> RefusedException.badRequest("The state key is not valid UTF-8 in percent-encoding."));
    }

    /**
     * The key for a write.
     *
     * @throws RefusedException also for the name that is no key
     */
    static String writable(HttpServletRequest request) {
        String key = of(request);
        if (key.equals(CAPACITY)) {
            throw RefusedException.badRequest("'" + CAPACITY + "' is not a key: it cannot be written or deleted.");
        }
        return key;
    }

    private static void requireNoDotSegment(String raw) {
        int from = 0;
        while (from <= raw.length()) {
            int slash = raw.indexOf('/', from);
            int end = slash < 0 ? raw.length() : slash;
            if (isDotSegment(raw, from, end)) {
                throw RefusedException.badRequest(
                        "The state key has a segment '.' or '..' in the path; write its slashes as %2F to mean it.");
            }
            from = end + 1;
        }
    }

    /** One or two dots, each as it is or as %2E. */
    private static boolean isDotSegment(String raw, int from, int end) {
        int dots = 0;
        int at = from;
        while (at < end) {
            if (raw.charAt(at) == '.') {
                at++;
            } else if (end - at >= 3 && raw.regionMatches(true, at, "%2e", 0, 3)) {
                at += 3;
            } else {
                return false;
            }
            dots++;
        }
        return dots == 1 || dots == 2;
    }
}
