package dev.agentkernel.api.server;

import java.io.IOException;
import java.time.Duration;
import org.apache.coyote.AbstractProtocol;
import org.apache.coyote.Adapter;
import org.apache.coyote.Processor;
import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.coyote.http11.Http11Processor;
import org.apache.tomcat.util.net.AbstractEndpoint.Handler.SocketState;
import org.apache.tomcat.util.net.SocketWrapperBase;

/**
 * HTTP/1.1 with bounded patience: the first line and the header of a request must arrive within some time as a whole. The server by
 * itself bounds only each wait for another byte, so that a client that sends one now and then would keep its connection for days.
 * Tomcat makes it by its name.
 */
public final class PatientProtocol extends Http11NioProtocol {

    /** How often the server waits as long as it may, before it has waited long enough. */
    private static final int WAITS_MAX = 3;

    /** How long a server waits for what a client should send at once, and sends in parts. */
    static Duration patienceOf(AbstractProtocol<?> protocol) {
        return Duration.ofMillis(protocol.getConnectionTimeout()).multipliedBy(WAITS_MAX);
    }

    @Override
    protected Processor createProcessor() {
        return new PatientProcessor(this, getAdapter());
    }

    /** Is asked anew with each part of a header that arrives. */
    private static final class PatientProcessor extends Http11Processor {

        private final long nanosMax;

        PatientProcessor(PatientProtocol protocol, Adapter adapter) {
            super(protocol, adapter);
            this.nanosMax = patienceOf(protocol).toNanos();
        }

        @Override
        public SocketState service(SocketWrapperBase<?> socket) throws IOException {
            // Negative until the first byte of a request has come.
            long begun = request.getStartTimeNanos();
            return begun >= 0 && System.nanoTime() - begun > nanosMax ? SocketState.CLOSED : super.service(socket);
        }
    }
}
