package dev.agentkernel.app.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;

/** Requests to a port of this host. */
final class Requests {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private Requests() {}

    static HttpResponse<String> get(int port, String path, String... headers) {
        return send(port, path, HttpRequest.newBuilder(), headers);
    }

    static HttpResponse<String> post(int port, String path, String json) {
        return send(
                port,
                path,
                HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString(json)),
                "Content-Type",
                "application/json");
    }

    private static HttpResponse<String> send(int port, String path, HttpRequest.Builder request, String... headers) {
        request.uri(URI.create("http://127.0.0.1:" + port + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", stop);
        }
    }
}
