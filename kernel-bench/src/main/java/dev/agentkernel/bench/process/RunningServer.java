package dev.agentkernel.bench.process;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Optional;

/**
 * A kernel that somebody else started and that this benchmark leaves running.
 *
 * @param address where it listens
 * @param figures its process, when known
 */
public record RunningServer(InetSocketAddress address, Optional<ProcessFigures> figures) implements MeasuredServer {
    private static final int HTTP_PORT = 80;

    /**
     * Returns the server at a URL such as {@code http://127.0.0.1:8080}.
     *
     * @param pid the process, 0 when it is not known
     */
    public static RunningServer at(URI url, long pid) {
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new BenchmarkFailure("--target is " + url + "; a URL such as http://127.0.0.1:8080 is needed");
        }
        InetSocketAddress address = new InetSocketAddress(url.getHost(), url.getPort() < 0 ? HTTP_PORT : url.getPort());
        InetAddress resolved = address.getAddress();
        if (resolved == null || !resolved.isLoopbackAddress()) {
            throw new BenchmarkFailure("--target is " + url
                    + ", which is no loopback address; the harness loads only servers of its own machine");
        }
        return new RunningServer(address, pid == 0 ? Optional.empty() : Optional.of(new ProcessFigures(pid)));
    }

    @Override
    public String name() {
        return "kernel";
    }

    @Override
    public void close() {
        // Not started here, so not ended here.
    }
}
