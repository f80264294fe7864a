package dev.agentkernel.api.gate;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.KernelSecret.KeyedDigest;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Sessions of browsers that brought the observation token: a cookie that carries its own end and a MAC of it, so that nothing is
 * kept for it and every replica knows it. It is sent to the observation paths alone, never for a page of another site, and no
 * script can read it.
 */
public final class ObserverSessions {

    static final String COOKIE = "kernel_observer";

    /** A working day; a browser left open asks for the token again. */
    private static final Duration LENGTH = Duration.ofHours(12);

    /** Where the cookie is sent: one for each, as a cookie has one path. */
    private static final List<String> PATHS = List.of("/observe", "/ws/dashboard");

    private static final int VALUE_CHARACTERS_MAX = 128;

    private final KeyedDigest mac;
    private final InstantSource clock;

    /**
     * Makes sessions.
     *
     * @param mac under a key that changes with the observation token, so that sessions end with it
     */
    public ObserverSessions(KeyedDigest mac, InstantSource clock) {
        this.mac = mac;
        this.clock = clock;
    }

    /** Gives the browser a session. */
    public void begin(HttpServletRequest request, HttpServletResponse response) {
        String end = Long.toString(clock.instant().plus(LENGTH).getEpochSecond());
        setCookies(end + "." + mac.of(end).toHex(), LENGTH, request, response);
    }

    /** Takes the browser's session away. */
    public void end(HttpServletRequest request, HttpServletResponse response) {
        setCookies("", Duration.ZERO, request, response);
    }

    private static void setCookies(
            String value, Duration age, HttpServletRequest request, HttpServletResponse response) {
        response.setHeader("Cache-Control", "no-store");
        for (String path : PATHS) {
            response.addHeader(
                    "Set-Cookie",
                    COOKIE + "=" + value + "; Path=" + path + "; Max-Age=" + age.toSeconds()
                            + "; HttpOnly; SameSite=Strict" + (isSecure(request) ? "; Secure" : ""));
        }
    }

    /** Also behind a proxy that speaks TLS: the browser says by which scheme it came. */
    private static boolean isSecure(HttpServletRequest request) {
        String origin = request.getHeader("Origin");
        return request.isSecure() || (origin != null && origin.regionMatches(true, 0, "https:", 0, 6));
    }

    /** Whether a cookie's value is one that was given, and not over yet. */
    boolean isValid(String value) {
        int point = value.indexOf('.');
        if (point < 1 || value.length() > VALUE_CHARACTERS_MAX) {
            return false;
        }
        String end = value.substring(0, point);
        return digestIn(value.substring(point + 1))
                .filter(digest -> digest.equalsInConstantTime(mac.of(end)))
                .filter(genuine -> clock.instant().getEpochSecond() < Long.parseLong(end))
                .isPresent();
    }

    private static Optional<ByteString> digestIn(String hex) {
        try {
            return Optional.of(ByteString.ofHex(hex));
        } catch (IllegalArgumentException none) {
            return Optional.empty();
        }
    }
}
