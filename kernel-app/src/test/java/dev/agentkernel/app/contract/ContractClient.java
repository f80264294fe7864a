package dev.agentkernel.app.contract;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Calls the service over HTTP and holds every answer to the OpenAPI document. Immutable, and safe for use by many threads;
 * {@link #as} and {@link #header} give changed copies.
 */
public final class ContractClient {

    /** Longer than the longest wait that a request may ask for. */
    private static final Duration TIMEOUT = Duration.ofSeconds(75);

    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(10))
            .build();

    private final URI origin;
    private final OpenApiContract contract;
    private final HeaderFields headers;

    private ContractClient(URI origin, OpenApiContract contract, HeaderFields headers) {
        this.origin = origin;
        this.contract = contract;
        this.headers = headers;
    }

    /** A client without a token, for example of {@code http://127.0.0.1:8080}. */
    public static ContractClient of(URI origin, OpenApiContract contract) {
        return new ContractClient(origin, contract, HeaderFields.NONE);
    }

    /** The same client with a bearer token on every request. */
    public ContractClient as(String token) {
        return new ContractClient(
                origin, contract, headers.without("Authorization").with("Authorization", "Bearer " + token));
    }

    /** The same client with one more header field on every request. */
    public ContractClient header(String name, String value) {
        return new ContractClient(origin, contract, headers.with(name, value));
    }

    /** A GET of a raw path with its query. */
    public Answer get(String target) {
        return send("GET", target, headers, null);
    }

    /** A DELETE of a raw path with its query. */
    public Answer delete(String target) {
        return send("DELETE", target, headers, null);
    }

    /** A POST without a body. */
    public Answer post(String target) {
        return send("POST", target, headers, null);
    }

    /** A POST of a value as JSON. */
    public Answer post(String target, Object json) {
        return send("POST", target, withJsonType(), Json.bytes(json));
    }

    /** A PUT of a value as JSON. */
    public Answer put(String target, Object json) {
        return send("PUT", target, withJsonType(), Json.bytes(json));
    }

    /** Any request, with exactly this body and this client's headers; no Content-Type is added. */
    public Answer request(String method, String target, byte @Nullable [] body) {
        return send(method, target, headers, body);
    }

    /** Sends bytes as they are, a well-formed request that no HTTP library would send so; characters stand for bytes. */
    public Answer raw(String request) {
        return raw(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Sends bytes as they are, a well-formed request that no HTTP library would send so. */
    public Answer raw(byte[] request) {
        Exchange exchange = RawConnection.exchange(origin, request);
        contract.verify(exchange);
        return Answer.of(exchange);
    }

    /** Sends bytes that the server may refuse as not well-formed, before it looks for an operation; the answer must be one or the other. */
    public Answer rawOrMalformed(String request) {
        Exchange exchange = RawConnection.exchange(origin, request.getBytes(StandardCharsets.ISO_8859_1));
        try {
            contract.verify(exchange);
        } catch (ContractViolation asOperation) {
            contract.verifyMalformed(exchange);
        }
        return Answer.of(exchange);
    }

    /** A connection of its own, for requests that are sent in parts or broken off. */
    public Conversation converse() {
        try {
            return new Conversation(RawConnection.open(origin), contract);
        } catch (IOException failure) {
            throw new UncheckedIOException("There is no connection to " + origin, failure);
        }
    }

    /** Sends bytes that are not a well-formed request; the answer must say so. */
    public Answer malformed(byte[] request) {
        Exchange exchange = RawConnection.exchange(origin, request);
        contract.verifyMalformed(exchange);
        return Answer.of(exchange);
    }

    private HeaderFields withJsonType() {
        return headers.first("Content-Type").isPresent() ? headers : headers.with("Content-Type", "application/json");
    }

    private Answer send(String method, String target, HeaderFields fields, byte @Nullable [] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + target))
                .timeout(TIMEOUT)
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        fields.values().forEach((name, lines) -> lines.forEach(line -> request.header(name, line)));
        HttpResponse<byte[]> response = call(request.build());
        Exchange exchange = new Exchange(
                method,
                target,
                fields,
                body == null ? new byte[0] : body,
                response.statusCode(),
                new HeaderFields(response.headers().map()),
                response.body());
        contract.verify(exchange);
        return Answer.of(exchange);
    }

    private static HttpResponse<byte[]> call(HttpRequest request) {
        try {
            return HTTP.send(request, BodyHandlers.ofByteArray());
        } catch (IOException failure) {
            throw new UncheckedIOException(request + " got no answer", failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("Interrupted while waiting for " + request, interrupted);
        }
    }
}
