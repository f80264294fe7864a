package dev.agentkernel.api.gate;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

/** Sees to it that what a client sends is declared as JSON: so no page of another site can send it without asking first. */
final class ContentTypes {

    private static final String JSON = "application/json";
    private static final int SHOWN_MAX = 100;

    private ContentTypes() {}

    /**
     * Checks a request that has a body, or must have one.
     *
     * @throws RefusedException {@code unsupported_media_type}
     */
    static void check(HttpServletRequest request, boolean needsBody) {
        String method = request.getMethod();
        if (!method.equals("POST") && !method.equals("PUT")) {
            return;
        }
        if ((needsBody || hasBody(request)) && !isJson(request.getContentType())) {
            throw refusal(request.getContentType());
        }
    }

    private static boolean hasBody(HttpServletRequest request) {
        return request.getContentLengthLong() > 0 || request.getHeader("Transfer-Encoding") != null;
    }

    /** Whether the media type is JSON, with or without parameters. */
    static boolean isJson(@Nullable String contentType) {
        if (contentType == null || !contentType.regionMatches(true, 0, JSON, 0, JSON.length())) {
            return false;
        }
        String rest = contentType.substring(JSON.length()).stripLeading();
        return rest.isEmpty() || rest.charAt(0) == ';';
    }

    private static RefusedException refusal(@Nullable String contentType) {
        String seen = contentType == null
                ? "The Content-Type is missing"
                : "The Content-Type is " + contentType.substring(0, Math.min(SHOWN_MAX, contentType.length()));
        return new RefusedException(ErrorCode.UNSUPPORTED_MEDIA_TYPE, seen + "; it must be " + JSON + ".");
    }
}
