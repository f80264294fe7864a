package dev.agentkernel.app.demo;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.MissingNode;

/** Asks a kernel over its public HTTP interface, as any agent would. */
final class KernelClient implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final URI kernel;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build();
    private final JsonMapper json = JsonMapper.builder().build();

    KernelClient(URI kernel) {
        this.kernel = kernel;
    }

    /** What the kernel answered; {@code body} is missing when it was not JSON. */
    record Answer(int status, JsonNode body, Duration retryAfter) {

        String text(String field) {
            return body.path(field).asString("");
        }

        boolean succeeded() {
            return status / 100 == 2;
        }
    }

    Answer get(String path, String token) {
        return send(request(path, token).GET().build());
    }

    Answer delete(String path, String token) {
        return send(request(path, token).DELETE().build());
    }

    Answer post(String path, String token, Map<String, ?> body) {
        return send(withBody("POST", path, token, body));
    }

    Answer put(String path, String token, Map<String, ?> body) {
        return send(withBody("PUT", path, token, body));
    }

    private HttpRequest withBody(String method, String path, String token, Map<String, ?> body) {
        return request(path, token)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(json.writeValueAsString(body)))
                .build();
    }

    private HttpRequest.Builder request(String path, String token) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(kernel.resolve(path)).timeout(PATIENCE);
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        return request;
    }

    private Answer send(HttpRequest request) {
        HttpResponse<String> response;
        try {
            response = http.send(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (ConnectException refused) {
            throw new StageAwayException("No kernel answers at " + kernel, refused);
        } catch (IOException broken) {
            throw new StageAwayException("The connection to " + kernel + " broke: " + broken.getMessage(), broken);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new StageAwayException("Interrupted while waiting for " + kernel, stop);
        }
        return new Answer(response.statusCode(), parsed(response.body()), retryAfter(response));
    }

    private JsonNode parsed(String body) {
        try {
            return body.isEmpty() ? MissingNode.getInstance() : json.readTree(body);
        } catch (JacksonException notJson) {
            return MissingNode.getInstance();
        }
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        String seconds = response.headers().firstValue("Retry-After").orElse("1");
        return Duration.ofSeconds(seconds.matches("\\d{1,6}") ? Long.parseLong(seconds) : 1);
    }

    @Override
    public void close() {
        http.close();
    }
}
