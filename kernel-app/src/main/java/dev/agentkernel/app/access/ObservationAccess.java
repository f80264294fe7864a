package dev.agentkernel.app.access;

import dev.agentkernel.api.gate.Observers.Audience;
import dev.agentkernel.app.settings.KernelProperties.Observation.Access;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/** Who may observe when nobody said so: everybody, but only as long as everybody is on this host. */
final class ObservationAccess {

    private ObservationAccess() {}

    /**
     * Who may observe without a token.
     *
     * @param configured what was said; {@code null} for nothing
     * @param serverAddress what the server is bound to; empty for every address
     */
    static Audience audienceOf(@Nullable Access configured, String serverAddress) {
        return switch (configured) {
            case null -> isLoopback(serverAddress) ? Audience.THIS_HOST : Audience.NOBODY;
            case PUBLIC -> Audience.EVERYBODY;
            case TOKEN -> Audience.NOBODY;
        };
    }

    private static boolean isLoopback(String serverAddress) {
        if (serverAddress.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(serverAddress).isLoopbackAddress();
        } catch (UnknownHostException unknown) {
            // The server will say so, with more to say about it.
            return false;
        }
    }
}
