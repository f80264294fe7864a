package dev.agentkernel.api.sockets;

import dev.agentkernel.api.requests.BytesInFlight;
import dev.agentkernel.core.RefusedException;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.startup.Tomcat;

/** Sockets on a real Tomcat at a free port, with a clock that stands until it is moved. */
public final class SocketServer implements AutoCloseable {

    /** Tomcat leaves directories behind: here the next {@code clean} takes them along. */
    private static final Path WORKING_DIRECTORY = Path.of("target", "socket-server");

    final BytesInFlight inFlight = new BytesInFlight(64 << 20);
    private final AtomicLong nanos = new AtomicLong(1);
    final Sockets sockets = new Sockets(inFlight, nanos::get);
    private final Tomcat tomcat = new Tomcat();

    public SocketServer(SocketRules rules, Function<OpenSocket, SocketListener> endpoint) throws Exception {
        tomcat.setBaseDir(WORKING_DIRECTORY.toString());
        tomcat.setHostname("127.0.0.1");
        tomcat.getConnector().setPort(0);
        tomcat.getConnector().getProtocolHandler().setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        Context context = tomcat.addContext("", null);
        Tomcat.addServlet(context, "sockets", new HttpServlet() {
            private static final long serialVersionUID = 1L;

            @Override
            protected void doGet(HttpServletRequest request, HttpServletResponse response)
                    throws IOException, ServletException {
                try {
                    sockets.accept(rules, request, response, endpoint);
                } catch (RefusedException refused) {
                    response.setStatus(refused.code().status());
                    response.getOutputStream().print(refused.code().wireName());
                }
            }
        });
        context.addServletMappingDecoded("/*", "sockets");
        tomcat.start();
    }

    public int port() {
        return tomcat.getConnector().getLocalPort();
    }

    /** Lets time pass, and looks after the sockets. */
    void pass(long seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
        sockets.runOnce();
    }

    @Override
    public void close() throws LifecycleException {
        sockets.close();
        tomcat.stop();
        tomcat.destroy();
    }
}
