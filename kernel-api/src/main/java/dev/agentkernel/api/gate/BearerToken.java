package dev.agentkernel.api.gate;

import org.jspecify.annotations.Nullable;

/** Finds the token in an {@code Authorization} field (RFC 6750, section 2.1). */
public final class BearerToken {

    private static final String SCHEME = "Bearer";

    private BearerToken() {}

    /** The token; {@code null} if the field is missing or has another scheme. */
    public static @Nullable String of(@Nullable String authorization) {
        if (authorization == null
                || authorization.length() <= SCHEME.length()
                || !authorization.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || authorization.charAt(SCHEME.length()) != ' ') {
            return null;
        }
        return authorization.substring(SCHEME.length()).strip();
    }
}
