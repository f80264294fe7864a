package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the whole application serves beside the contract: documentation, operations, and guarded paths. */
abstract class SurroundingsSuite extends HttpSuite {

    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @ParameterizedTest
    @ValueSource(strings = {"/docs", "/docs/page.js", "/docs/page.css", "/openapi.yaml", "/openapi.json"})
    void documentationShouldBeServedWithItsPolicy(String path) throws Exception {
        HttpResponse<String> answer = get(kernel().api(), path);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
        assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
    }

    @Test
    void documentShouldBeTheOneThatTheTestsHoldTheAnswersTo() throws Exception {
        JsonNode document = JsonMapper.shared()
                .readTree(get(kernel().api(), "/openapi.json").body());
        assertThat(document.path("openapi").asString()).startsWith("3.1");
        assertThat(document.path("paths").propertyNames()).contains("/v1/messages", "/v1/state/{key}");
    }

    @Test
    void documentationShouldHaveNothingElse() {
        kernel().anyone().get("/docs/nothing.js").expectError(404, "not_found");
        kernel().anyone()
                .rawOrMalformed("GET /docs/..%2fapplication.properties HTTP/1.1\r\nHost: x\r\n\r\n")
                .expectError(404, "not_found");
    }

    @Test
    void operationsShouldBeServedOnTheManagementPortAlone() throws Exception {
        assertThat(kernel().management().getPort()).isNotEqualTo(kernel().api().getPort());
        for (String path :
                new String[] {"/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness"}) {
            HttpResponse<String> answer = get(kernel().management(), path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(JsonMapper.shared()
                            .readTree(answer.body())
                            .path("status")
                            .asString())
                    .isEqualTo("UP");
            kernel().anyone().get(path).expectError(404, "not_found");
        }
        assertThat(get(kernel().management(), "/actuator/prometheus").body())
                .contains("# TYPE ", "jvm_memory_used_bytes");
        kernel().anyone().get("/actuator/prometheus").expectError(404, "not_found");
        assertThat(get(kernel().management(), "/v1/health").statusCode()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"env", "heapdump", "beans", "configprops", "loggers", "shutdown", "threaddump", "mappings"})
    void nothingThatTellsSecretsShouldBeOnTheManagementPort(String endpoint) throws Exception {
        assertThat(get(kernel().management(), "/actuator/" + endpoint).statusCode())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin", "/admin/", "/admin/remove", "/admin/removals", "/admin/x;y", "/admin//x"})
    void guardedPathsShouldDenyWhoeverIsNotTheAdministrator(String path) throws Exception {
        Operator operator = kernel().newOperator();
        for (String authorization : new String[] {
            "None",
            "Bearer x",
            "Bearer " + operator.key(),
            "Bearer " + operator.newAgent().token(),
            "Basic YWRtaW46YWRtaW4="
        }) {
            for (String method : new String[] {"GET", "POST", "DELETE", "OPTIONS"}) {
                HttpRequest request = HttpRequest.newBuilder(URI.create(kernel().api() + path))
                        .method(method, HttpRequest.BodyPublishers.noBody())
                        .header("Authorization", authorization)
                        .build();
                HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
                assertThat(answer.statusCode()).as(method + " " + path).isIn(400, 401, 404);
                JsonNode error = JsonMapper.shared().readTree(answer.body());
                assertThat(error.propertyNames()).containsExactlyInAnyOrder("error", "message");
                assertThat(answer.headers().firstValue("Set-Cookie")).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/remove", "/admin/removals"})
    void guardedPathsShouldAskForATokenInTheContractsForm(String path) throws Exception {
        HttpResponse<String> answer = get(kernel().api(), path);
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        assertThat(JsonMapper.shared().readTree(answer.body()).path("error").asString())
                .isEqualTo("unauthorized");
    }

    private static HttpResponse<String> get(URI origin, String path) throws Exception {
        return HTTP.send(HttpRequest.newBuilder(URI.create(origin + path)).build(), BodyHandlers.ofString());
    }
}
