package dev.agentkernel.webhooks;

import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What a webhook URL may look like and how long its host may take to resolve.
 *
 * @param allowHttp whether plain HTTP is allowed; for development, and so is any port then
 * @param allowPrivateAddresses whether any address may be called, and names without a dot; for development, and so is any
 *     port then
 * @param allowedPorts the ports that may be called, each from 1 to 65,535
 * @param urlBytesMax the longest URL, from 1 to 65,536
 * @param resolutionTimeout the longest wait for the addresses of a host, up to one minute
 * @param resolutionsMax the most resolutions at once, from 1 to 256; as many again may wait for their turn, and as many of either for
 *     receivers that are known to take what they are sent
 */
public record WebhookUrlSettings(
        boolean allowHttp,
        boolean allowPrivateAddresses,
        Set<Integer> allowedPorts,
        int urlBytesMax,
        Duration resolutionTimeout,
        int resolutionsMax) {

    private static final int PORT_MAX = 65_535;

    /** Checks every range; what is out of range is named with its value and the range. */
    public WebhookUrlSettings {
        allowedPorts = Set.copyOf(allowedPorts);
        if (allowedPorts.isEmpty()) {
            throw new IllegalArgumentException("No webhook port is allowed; allow at least one, such as 443.");
        }
        allowedPorts.forEach(port -> requireRange("allowed webhook port", port, PORT_MAX));
        requireRange("longest webhook URL in bytes", urlBytesMax, 65_536);
        requireRange("number of webhook host resolutions at once", resolutionsMax, 256);
        if (!resolutionTimeout.isPositive() || resolutionTimeout.compareTo(Duration.ofMinutes(1)) > 0) {
            throw new IllegalArgumentException(
                    "The webhook resolution timeout is %s; choose more than 0 and at most PT1M."
                            .formatted(resolutionTimeout));
        }
    }

    /** HTTPS on ports 443 and 8443 to public addresses, 2,048 bytes, three seconds. */
    public static WebhookUrlSettings defaults() {
        return new WebhookUrlSettings(false, false, Set.of(443, 8443), 2_048, Duration.ofSeconds(3), 16);
    }

    /** These settings with the two switches for development. */
    public WebhookUrlSettings withDevelopment(boolean httpAllowed, boolean privateAddressesAllowed) {
        return new WebhookUrlSettings(
                httpAllowed, privateAddressesAllowed, allowedPorts, urlBytesMax, resolutionTimeout, resolutionsMax);
    }

    boolean allowsPort(int port) {
        boolean development = allowHttp || allowPrivateAddresses;
        return development ? port >= 1 && port <= PORT_MAX : allowedPorts.contains(port);
    }

    String allowedPortsInWords() {
        return new TreeSet<>(allowedPorts).stream().map(String::valueOf).collect(Collectors.joining(", "));
    }

    private static void requireRange(String what, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("The %s is %d; choose 1 to %d.".formatted(what, value, max));
        }
    }
}
