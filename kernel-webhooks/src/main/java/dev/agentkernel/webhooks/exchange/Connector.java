package dev.agentkernel.webhooks.exchange;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Opens connections to addresses that were checked, and to no other. No name is resolved here. */
final class Connector {

    /** Addresses of one host that are tried; the rest would only use up the time. */
    private static final int ADDRESSES_MAX = 4;

    private static final String[] TLS_VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final SSLSocketFactory tls;
    private final ExchangeSettings settings;

    Connector(SSLSocketFactory tls, ExchangeSettings settings) {
        this.tls = tls;
        this.settings = settings;
    }

    /** Connects to the first of the addresses that accepts, and verifies that it may speak for the endpoint's name. */
    Connection open(Endpoint endpoint, List<InetAddress> addresses, Deadline deadline) throws IOException {
        Socket transport = connect(endpoint, addresses, deadline);
        try {
            Socket secured = endpoint.tls() ? secure(transport, endpoint) : transport;
            return new Connection(endpoint, transport, secured, settings.headBytesMax());
        } catch (IOException | RuntimeException failed) {
            Connection.close(transport);
            throw failed;
        }
    }

    private Socket connect(Endpoint endpoint, List<InetAddress> addresses, Deadline deadline) throws IOException {
        long from = System.nanoTime();
        IOException last = new IOException("no address to connect to");
        for (InetAddress address : addresses.subList(0, Math.min(ADDRESSES_MAX, addresses.size()))) {
            Duration left = settings.connectTimeout().minusNanos(System.nanoTime() - from);
            if (!left.isPositive() || deadline.hasPassed()) {
                break;
            }
            Socket transport = new Socket();
            try {
                transport.setTcpNoDelay(true);
                deadline.watch(transport);
                transport.connect(new InetSocketAddress(address, endpoint.port()), deadline.leftMillis(left));
                return transport;
            } catch (IOException failed) {
                Connection.close(transport);
                last = failed;
            }
        }
        throw last;
    }

    private SSLSocket secure(Socket transport, Endpoint endpoint) throws IOException {
        SSLSocket secured = (SSLSocket) tls.createSocket(transport, endpoint.host(), endpoint.port(), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(TLS_VERSIONS);
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }
}
