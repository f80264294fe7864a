package dev.agentkernel.api.gate;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Tells requests of this host from those that a proxy on this host passes on: to a server that is bound to a loopback address both
 * come from the same place. A proxy that says nothing of itself and changes the name of the host cannot be seen.
 */
final class LocalRequests {

    /** What proxies add. */
    private static final List<String> FIELDS_OF_PROXIES =
            List.of("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via");

    private LocalRequests() {}

    /** Whether a request was neither passed on by a proxy nor meant for a name of the world outside. */
    static boolean isLocal(HttpServletRequest request) {
        return FIELDS_OF_PROXIES.stream().noneMatch(field -> request.getHeader(field) != null)
                && isLoopback(request.getHeader("Host"));
    }

    /** Whether a host, perhaps with a port, is one of this host's names or addresses: without a point no other host's is one. */
    private static boolean isLoopback(@Nullable String host) {
        if (host == null) {
            return true;
        }
        String name = withoutPort(host).toLowerCase(Locale.ROOT);
        boolean isName = name.indexOf('.') < 0 && name.indexOf(':') < 0;
        return isName
                || name.endsWith(".localhost")
                || NetworkAddress.parse(name)
                        .filter(InetAddress::isLoopbackAddress)
                        .isPresent();
    }

    private static String withoutPort(String host) {
        if (host.startsWith("[")) {
            int end = host.indexOf(']');
            return end < 0 ? "" : host.substring(1, end);
        }
        int colon = host.indexOf(':');
        return colon < 0 ? host : host.substring(0, colon);
    }
}
