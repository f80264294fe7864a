package dev.agentkernel.bench.load;

import dev.agentkernel.bench.baseline.RecordedAnswer;
import dev.agentkernel.bench.client.Request;
import dev.agentkernel.bench.process.BenchmarkFailure;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Makes single requests to the kernel for setting up, outside all measuring. Safe for use by several threads. */
public final class ApiClient implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int BODY_CHARACTERS_SHOWN = 300;

    private final String base;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /** Creates a client of the server at the address. */
    public ApiClient(InetSocketAddress server) {
        base = "http://" + server.getHostString() + ":" + server.getPort();
    }

    /** Sends the request and returns the body of its answer, which must have the status. */
    public String expect(Request request, int status) {
        return new String(record(request, status).body(), StandardCharsets.UTF_8);
    }

    /** Sends the request and returns its whole answer, which must have the status. */
    public RecordedAnswer record(Request request, int status) {
        HttpResponse<byte[]> response = send(request);
        if (response.statusCode() != status) {
            String body = new String(response.body(), StandardCharsets.UTF_8);
            throw new BenchmarkFailure(request + " was answered " + response.statusCode() + " instead of " + status
                    + ": " + body.substring(0, Math.min(body.length(), BODY_CHARACTERS_SHOWN)));
        }
        return RecordedAnswer.of(status, response.headers().map(), response.body());
    }

    private HttpResponse<byte[]> send(Request request) {
        HttpRequest.Builder builder =
                HttpRequest.newBuilder(URI.create(base + request.path())).timeout(TIMEOUT);
        if (!request.token().isEmpty()) {
            builder.header("Authorization", "Bearer " + request.token());
        }
        if (request.body().isEmpty()) {
            builder.method(request.method(), HttpRequest.BodyPublishers.noBody());
        } else {
            builder.header("Content-Type", "application/json")
                    .method(request.method(), HttpRequest.BodyPublishers.ofString(request.body()));
        }
        try {
            return client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new BenchmarkFailure(request + " got no answer from " + base + ": " + failure, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new BenchmarkFailure(request + " was interrupted", interrupted);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
        client.close();
    }
}
