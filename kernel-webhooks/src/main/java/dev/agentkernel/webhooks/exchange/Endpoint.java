package dev.agentkernel.webhooks.exchange;

import java.net.URI;

/** Who is connected to: the host as the URL names it, without the brackets of an IPv6 address. */
record Endpoint(boolean tls, String host, int port) {

    static Endpoint of(URI uri) {
        boolean tls = uri.getScheme().equals("https");
        int port = uri.getPort() != -1 ? uri.getPort() : tls ? 443 : 80;
        String host = uri.getHost();
        return new Endpoint(tls, host.startsWith("[") ? host.substring(1, host.length() - 1) : host, port);
    }
}
