package dev.agentkernel.api.gate;

import jakarta.servlet.http.HttpServletRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/**
 * Finds out which client a request comes from, for limits per client. {@code X-Forwarded-For} counts only as far as trusted
 * proxies wrote it: it is read from the right, past every trusted proxy, up to the first address that is none.
 */
public final class ClientAddresses {

    /** Hops that are followed; a longer chain is no real one. */
    private static final int HOPS_MAX = 32;

    private static final int SITE_BYTES = 8;
    private static final int IPV6_BYTES = 16;

    private final TrustedProxies trusted;

    public ClientAddresses(TrustedProxies trusted) {
        this.trusted = trusted;
    }

    /**
     * Whose budget a request counts against: the client's IPv4 address, or the /64 network of its IPv6 address, since one client
     * commonly has all of that.
     */
    public String subjectOf(HttpServletRequest request) {
        String peer = request.getRemoteAddr();
        return NetworkAddress.parse(peer)
                .map(address -> subject(clientBehind(address, request)))
                .orElse("client " + peer);
    }

    private InetAddress clientBehind(InetAddress peer, HttpServletRequest request) {
        InetAddress client = peer;
        if (!trusted.contains(peer)) {
            return client;
        }
        List<String> hops = hops(request);
        for (int i = hops.size() - 1; i >= Math.max(0, hops.size() - HOPS_MAX) && trusted.contains(client); i--) {
            Optional<InetAddress> before = hop(hops.get(i));
            if (before.isEmpty()) {
                break;
            }
            client = before.get();
        }
        return client;
    }

    private static List<String> hops(HttpServletRequest request) {
        List<String> hops = new ArrayList<>();
        for (String field : Collections.list(request.getHeaders("X-Forwarded-For"))) {
            hops.addAll(Arrays.asList(field.split(",", -1)));
        }
        return hops;
    }

    /** An address, perhaps with a port, as proxies write it. */
    private static Optional<InetAddress> hop(String text) {
        String hop = text.strip();
        if (hop.startsWith("[")) {
            int end = hop.indexOf(']');
            return end < 0 ? Optional.empty() : NetworkAddress.parse(hop.substring(1, end));
        }
        int colon = hop.indexOf(':');
        boolean withPort = colon >= 0 && colon == hop.lastIndexOf(':');
        return NetworkAddress.parse(withPort ? hop.substring(0, colon) : hop);
    }

    private static String subject(InetAddress client) {
        byte[] bytes = client.getAddress();
        if (bytes.length != IPV6_BYTES) {
            return "client " + client.getHostAddress();
        }
        try {
            byte[] site = Arrays.copyOf(Arrays.copyOf(bytes, SITE_BYTES), IPV6_BYTES);
            return "client " + InetAddress.getByAddress(site).getHostAddress() + "/64";
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException("16 bytes are an IPv6 address", impossible);
        }
    }
}
