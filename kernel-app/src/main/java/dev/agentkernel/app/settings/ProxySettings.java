package dev.agentkernel.app.settings;

import dev.agentkernel.api.gate.TrustedProxies;
import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;

/** Makes of the properties what the API works with. */
public final class ProxySettings {

    private ProxySettings() {}

    /**
     * The proxies whose word counts.
     *
     * @throws StartFailedException if one of them is no address
     */
    public static TrustedProxies of(KernelProperties properties) {
        try {
            return TrustedProxies.of(properties.trustedProxies());
        } catch (IllegalArgumentException malformed) {
            throw new StartFailedException(ExitStatus.CONFIGURATION, malformed.getMessage() + ".", malformed);
        }
    }
}
