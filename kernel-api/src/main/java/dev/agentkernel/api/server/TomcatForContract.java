package dev.agentkernel.api.server;

import dev.agentkernel.api.errors.ServerErrorValve;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardHost;
import org.apache.coyote.ContinueResponseTiming;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.buf.EncodedSolidusHandling;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.core.Ordered;

/** Sets up Tomcat for what the contract promises, where no property of Spring Boot can. */
final class TomcatForContract implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {

    /**
     * How much of a refused body is read and thrown away, so that the client, still sending, comes to see the answer; beyond, the
     * connection is closed under it.
     */
    private static final int SWALLOWED_BYTES_MAX = 8 << 20;

    /**
     * What each connection keeps for reading and for writing as long as it lives, busy or not: by default twice 8 KiB, more than all
     * the rest of an idle socket.
     */
    private static final int READ_BUFFER_BYTES = 1 << 10;

    private static final int WRITE_BUFFER_BYTES = 4 << 10;

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
        factory.setProtocol(PatientProtocol.class.getName());
        factory.addConnectorCustomizers(TomcatForContract::customize);
        // Before all others, since it comes after them, when the answer is made.
        factory.addEngineValves(new UnreadBodyValve(SWALLOWED_BYTES_MAX));
        factory.addContextValves(new RequestIdValve(), new ConnectionValve());
        factory.addContextCustomizers(context -> {
            if (context.getParent() instanceof StandardHost host) {
                host.setErrorReportValveClass(ServerErrorValve.class.getName());
            }
        });
    }

    private static void customize(Connector connector) {
        // State keys hold %2F and %5C, which are theirs and not the path's.
        connector.setEncodedSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setEncodedReverseSolidusHandling(EncodedSolidusHandling.PASS_THROUGH.getValue());
        connector.setRejectSuspiciousURIs(false);
        if (connector.getProtocolHandler() instanceof AbstractHttp11Protocol<?> http) {
            connector.setProperty("socket.appReadBufSize", Integer.toString(READ_BUFFER_BYTES));
            connector.setProperty("socket.appWriteBufSize", Integer.toString(WRITE_BUFFER_BYTES));
            http.setMaxSwallowSize(SWALLOWED_BYTES_MAX);
            // A client that waits for leave to send its body gets it only when the body is wanted.
            http.setContinueResponseTiming(ContinueResponseTiming.ON_REQUEST_BODY_READ.toString());
        }
    }

    /** After Spring Boot's own customizers, whose defaults would undo this. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
