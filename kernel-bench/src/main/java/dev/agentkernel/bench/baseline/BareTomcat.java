package dev.agentkernel.bench.baseline;

import jakarta.servlet.http.HttpServlet;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardVirtualThreadExecutor;
import org.apache.catalina.startup.Tomcat;

/**
 * An embedded Tomcat that runs each request of one servlet on a virtual thread, with nothing else around it, on the loopback
 * interface.
 */
public final class BareTomcat implements AutoCloseable {
    // Kept in a field: a logger that nobody holds may be collected, and its level with it.
    private static final Logger TOMCAT_LOG = Logger.getLogger("org.apache");
    private static final int KEEP_ALIVE_MILLIS = 300_000;

    private final Tomcat tomcat = new Tomcat();
    private final Connector connector = new Connector("HTTP/1.1");

    /** Prepares a server for the servlet, on a free port when the port is 0; it does not listen yet. */
    public BareTomcat(HttpServlet servlet, int port) {
        TOMCAT_LOG.setLevel(Level.WARNING);
        String directory = new File(System.getProperty("java.io.tmpdir")).getAbsolutePath();
        tomcat.setBaseDir(directory);
        StandardVirtualThreadExecutor executor = new StandardVirtualThreadExecutor();
        executor.setName("virtual");
        tomcat.getService().addExecutor(executor);
        connector.setPort(port);
        connector.setProperty("address", InetAddress.getLoopbackAddress().getHostAddress());
        connector.setProperty("keepAliveTimeout", Integer.toString(KEEP_ALIVE_MILLIS));
        connector.setProperty("maxKeepAliveRequests", "-1");
        connector.getProtocolHandler().setExecutor(executor);
        tomcat.setConnector(connector);
        Context context = tomcat.addContext("", directory);
        if (context instanceof StandardContext standard) {
            // They guard redeployments, which never happen here, and warn at every stop.
            standard.setClearReferencesThreadLocals(false);
            standard.setClearReferencesRmiTargets(false);
        }
        Tomcat.addServlet(context, "servlet", servlet);
        context.addServletMappingDecoded("/", "servlet");
    }

    /** Starts to listen and returns where. */
    public InetSocketAddress start() {
        try {
            tomcat.start();
        } catch (LifecycleException failure) {
            throw new IllegalStateException("the bare Tomcat does not start: " + failure.getMessage(), failure);
        }
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), connector.getLocalPort());
    }

    @Override
    public void close() {
        try {
            tomcat.stop();
            tomcat.destroy();
        } catch (LifecycleException failure) {
            throw new IllegalStateException("the bare Tomcat does not stop: " + failure.getMessage(), failure);
        }
    }
}
