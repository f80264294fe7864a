package dev.agentkernel.bench.baseline;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * The process of the bare server: prints its port on one line, serves until its standard input ends, then leaves.
 *
 * <p>Its standard input is a pipe from the harness, so it cannot outlive a harness that was killed.
 */
public final class BaselineServer {
    /** What stands before the port on the line that tells it. */
    public static final String PORT_LINE_PREFIX = "baseline listens on port ";

    private static final Duration TEACH_TIMEOUT = Duration.ofSeconds(10);

    private BaselineServer() {}

    /** Serves until the standard input ends. */
    public static void main(String[] arguments) throws IOException {
        try (BareTomcat tomcat = open()) {
            InetSocketAddress address = tomcat.start();
            System.out.println(PORT_LINE_PREFIX + address.getPort());
            drain(System.in);
        }
    }

    /** Returns a bare server, not yet started, that repeats whatever answer it is taught. */
    public static BareTomcat open() {
        return new BareTomcat(new BaselineServlet(), 0);
    }

    /** Makes the bare server at the address give this answer to every request from now on. */
    public static void teach(InetSocketAddress server, RecordedAnswer answer) throws IOException, InterruptedException {
        URI uri = URI.create("http://" + server.getHostString() + ":" + server.getPort() + BaselineServlet.ANSWER_PATH);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(TEACH_TIMEOUT)
                .header(BaselineServlet.STATUS_HEADER, Integer.toString(answer.status()))
                .PUT(HttpRequest.BodyPublishers.ofByteArray(answer.body()));
        answer.headers()
                .forEach((name, values) ->
                        values.forEach(value -> request.header(BaselineServlet.HEADER_HEADER, name + ":" + value)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<Void> response = client.send(request.build(), HttpResponse.BodyHandlers.discarding());
            if (response.statusCode() != 204) {
                throw new IOException("the bare server refused its answer with status " + response.statusCode());
            }
        }
    }

    private static void drain(InputStream input) throws IOException {
        while (input.read() >= 0) {
            // Nothing is said to this process: only the end of the stream counts.
        }
    }
}
