package dev.agentkernel.webhooks;

import dev.agentkernel.core.registry.WebhookUrlPolicy;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides whether a URL that a stranger gave may be called, so that nobody can make the kernel call into the network that it
 * stands in. A URL is refused if its spelling leaves anything open to interpretation, or if <em>any</em> address of its host is
 * not public.
 *
 * <p>Used when a webhook is registered and again before each delivery: names change their addresses. The guard helps only
 * if the connection then goes to an address of the verdict. Safe for use by many threads; a check never takes longer than the
 * resolution timeout.
 */
public final class WebhookUrlGuard implements WebhookUrlPolicy, AutoCloseable {

    private final WebhookUrlSettings settings;
    private final BoundedResolution resolution;
    private final BoundedResolution resolutionOfProven;

    /** A guard that asks this resolver. Close the guard to stop the resolver's threads. */
    public WebhookUrlGuard(WebhookUrlSettings settings, NameResolver resolver) {
        this.settings = settings;
        this.resolution = new BoundedResolution(resolver, settings.resolutionTimeout(), settings.resolutionsMax());
        this.resolutionOfProven =
                new BoundedResolution(resolver, settings.resolutionTimeout(), settings.resolutionsMax());
    }

    /** The verdict on this URL, with the addresses of its host as they are now. Never throws on any text. */
    public Verdict check(String url) {
        return check(url, resolution);
    }

    /**
     * The same for a URL whose receiver takes what it is sent. Its host does not wait behind those of strangers, whose name servers
     * may keep every resolution under way hanging.
     */
    public Verdict checkProven(String url) {
        return check(url, resolutionOfProven);
    }

    private Verdict check(String url, BoundedResolution by) {
        Optional<String> unreadable = refusalOfText(url);
        if (unreadable.isPresent()) {
            return new Verdict.Refused(unreadable.get());
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException malformed) {
            return new Verdict.Refused(
                    "The webhook URL is not a valid URL (see character %d).".formatted(malformed.getIndex() + 1));
        }
        return refusalOfParts(uri).<Verdict>map(Verdict.Refused::new).orElseGet(() -> checkHost(uri, by));
    }

    @Override
    public Optional<String> refusalOf(String url) {
        return switch (check(url)) {
            case Verdict.Allowed allowed -> Optional.empty();
            case Verdict.Refused(String reason) -> Optional.of(reason);
        };
    }

    private Optional<String> refusalOfText(String url) {
        // Only ASCII passes below, so characters are bytes.
        if (url.length() > settings.urlBytesMax()) {
            return Optional.of("The webhook URL is %d characters long; at most %d bytes are allowed."
                    .formatted(url.length(), settings.urlBytesMax()));
        }
        for (int index = 0; index < url.length(); index++) {
            if (url.charAt(index) <= ' ' || url.charAt(index) > '~') {
                return Optional.of(
                        ("Character %d of the webhook URL is not printable ASCII; write an international host name "
                                        + "in punycode (xn--…) and percent-encode the rest.")
                                .formatted(index + 1));
            }
        }
        return Optional.empty();
    }

    private Optional<String> refusalOfParts(URI uri) {
        if (!"https".equalsIgnoreCase(uri.getScheme())
                && !(settings.allowHttp() && "http".equalsIgnoreCase(uri.getScheme()))) {
            return Optional.of("The webhook URL must begin with https://.");
        }
        if (uri.getRawAuthority() != null && uri.getRawAuthority().contains("@")) {
            return Optional.of("The webhook URL must not carry a user name or a password.");
        }
        if (uri.getHost() == null) {
            return Optional.of("The webhook URL has no valid host name or address after the two slashes.");
        }
        if (uri.getRawFragment() != null) {
            return Optional.of("The webhook URL must not have a fragment (#…).");
        }
        if (uri.getPort() != -1 && !settings.allowsPort(uri.getPort())) {
            return Optional.of("Port %d of the webhook URL is not allowed; allowed: %s."
                    .formatted(uri.getPort(), settings.allowedPortsInWords()));
        }
        return Optional.empty();
    }

    private Verdict checkHost(URI uri, BoundedResolution by) {
        URI canonical = inLowerCase(uri);
        return switch (WebhookHost.of(canonical.getHost())) {
            case WebhookHost.Malformed(String reason) -> new Verdict.Refused(reason);
            case WebhookHost.Literal(InetAddress address) ->
                mayBeCalled(address)
                        ? new Verdict.Allowed(canonical, List.of(address))
                        : new Verdict.Refused("The host of the webhook URL is not a public address.");
            case WebhookHost.Name(String name) -> checkName(canonical, name, by);
        };
    }

    private Verdict checkName(URI uri, String name, BoundedResolution by) {
        if (!name.contains(".") && !settings.allowPrivateAddresses()) {
            return new Verdict.Refused("The host of the webhook URL is a local name; write a full domain name.");
        }
        return switch (by.resolve(name)) {
            case BoundedResolution.Outcome.Answered(List<InetAddress> addresses) -> {
                boolean allowed = !addresses.isEmpty() && addresses.stream().allMatch(this::mayBeCalled);
                yield allowed ? new Verdict.Allowed(uri, addresses) : notPublic();
            }
            case BoundedResolution.Outcome.Failed() -> notPublic();
            case BoundedResolution.Outcome.GivenUp() ->
                new Verdict.Refused(
                        "The host of the webhook URL could not be resolved within %s seconds; try again later."
                                .formatted(settings.resolutionTimeout().toMillis() / 1_000.0));
        };
    }

    /** One sentence for a name that is unknown and one that is private: the difference would map the internal network. */
    private static Verdict notPublic() {
        return new Verdict.Refused("The host of the webhook URL does not resolve to public addresses only.");
    }

    private boolean mayBeCalled(InetAddress address) {
        return settings.allowPrivateAddresses() ? mayBeCalledInDevelopment(address) : PublicAddresses.isPublic(address);
    }

    private static boolean mayBeCalledInDevelopment(InetAddress address) {
        return !address.isAnyLocalAddress() && !address.isMulticastAddress();
    }

    private static URI inLowerCase(URI uri) {
        String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String schemeAndHost = uri.getScheme() + "://" + uri.getHost();
        return URI.create(schemeAndHost.toLowerCase(Locale.ROOT) + port + uri.getRawPath() + query);
    }

    /** Stops the resolver's threads; checks of host names are refused from then on. */
    @Override
    public void close() {
        resolution.close();
        resolutionOfProven.close();
    }
}
