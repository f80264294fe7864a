package dev.agentkernel.webhooks;

import java.net.InetAddress;
import java.net.URI;
import java.util.List;

/** What {@link WebhookUrlGuard} decided about one URL: it may be called, at these addresses, or it may not. */
public sealed interface Verdict {

    /**
     * The URL may be called, provided that the connection goes to one of these addresses and to no other: a name that is
     * resolved again may answer differently.
     *
     * @param uri the URL with scheme and host in lower case
     * @param addresses at least one, each of them checked, in the order of the resolver
     */
    record Allowed(URI uri, List<InetAddress> addresses) implements Verdict {
        /** Keeps a copy of the addresses. */
        public Allowed {
            addresses = List.copyOf(addresses);
            if (addresses.isEmpty()) {
                throw new IllegalStateException("A webhook URL was allowed without an address to call: " + uri);
            }
        }
    }

    /**
     * The URL must not be called.
     *
     * @param reason a sentence for the client, which tells nothing about the network that the kernel stands in
     */
    record Refused(String reason) implements Verdict {}
}
