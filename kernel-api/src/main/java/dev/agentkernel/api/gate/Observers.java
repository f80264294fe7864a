package dev.agentkernel.api.gate;

import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides who may observe: everybody, or who brings the observation token, or a browser that brought it once and has a {@link
 * ObserverSessions session} since. Safe for use by many threads.
 */
public final class Observers {

    /** Who may observe without a token. */
    public enum Audience {
        EVERYBODY,
        /** Whoever is on this host, as far as a request shows it: {@link LocalRequests}. */
        THIS_HOST,
        NOBODY
    }

    private final Audience audience;
    private final Predicate<String> token;
    private final ObserverSessions sessions;

    /**
     * Makes the decision.
     *
     * @param audience who may observe without a token
     * @param token tells the observation token from others, in constant time
     */
    public Observers(Audience audience, Predicate<String> token, ObserverSessions sessions) {
        this.audience = audience;
        this.token = token;
        this.sessions = sessions;
    }

    /** Who may observe without a token. */
    public Audience audience() {
        return audience;
    }

    /** Whether this is the observation token. */
    public boolean isToken(String presented) {
        return token.test(presented);
    }

    public ObserverSessions sessions() {
        return sessions;
    }

    /**
     * Lets nobody pass who may not observe.
     *
     * @throws RefusedException {@code unauthorized} for whoever has neither token nor session; a browser's session does not count
     *     for a page of another site
     */
    public void requireAdmitted(HttpServletRequest request) {
        String bearer = BearerToken.of(request.getHeader("Authorization"));
        if (isOpenTo(request) || (bearer != null && token.test(bearer))) {
            return;
        }
        if (bearer != null || !isSameOrigin(request) || !hasSession(request)) {
            throw new RefusedException(
                    ErrorCode.UNAUTHORIZED, "Observing needs the observation token as a bearer token, or a session.");
        }
    }

    private boolean isOpenTo(HttpServletRequest request) {
        return switch (audience) {
            case EVERYBODY -> true;
            case THIS_HOST -> LocalRequests.isLocal(request);
            case NOBODY -> false;
        };
    }

    private boolean hasSession(HttpServletRequest request) {
        Cookie[] cookies = request.getCookies();
        if (cookies == null) {
            return false;
        }
        for (Cookie cookie : cookies) {
            if (cookie.getName().equals(ObserverSessions.COOKIE) && sessions.isValid(cookie.getValue())) {
                return true;
            }
        }
        return false;
    }

    /**
     * Refuses what a browser sends for a page of another site.
     *
     * @throws RefusedException {@code forbidden}
     */
    public static void requireSameOrigin(HttpServletRequest request) {
        if (!isSameOrigin(request)) {
            throw new RefusedException(ErrorCode.FORBIDDEN, "A page of another site cannot do this.");
        }
    }

    private static boolean isSameOrigin(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return origin == null
                ? isOfThisPage(request.getHeader("Sec-Fetch-Site"))
                : isSameOrigin(origin, request.getHeader("Host"));
    }

    /** What a browser says where it names no origin, as for a picture or a script; other programs say nothing. */
    private static boolean isOfThisPage(@Nullable String site) {
        return site == null || site.equals("same-origin") || site.equals("none");
    }

    /** By host and port: the scheme that the browser used is not known behind a proxy. */
    private static boolean isSameOrigin(String origin, @Nullable String host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return host != null
                    && authority != null
                    && authority.toLowerCase(Locale.ROOT).equals(host.toLowerCase(Locale.ROOT));
        } catch (IllegalArgumentException none) {
            return false;
        }
    }
}
