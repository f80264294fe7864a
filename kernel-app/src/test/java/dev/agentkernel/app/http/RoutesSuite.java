package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths and methods, health, and the order in which a request is checked. */
abstract class RoutesSuite extends HttpSuite {

    private static final Map<String, Set<String>> METHODS = new TreeMap<>(Map.of(
            "/v1/operators", Set.of("POST"),
            "/v1/operators/me", Set.of("GET"),
            "/v1/operators/me/key", Set.of("POST"),
            "/v1/agents", Set.of("POST"),
            "/v1/agents/me", Set.of("GET"),
            "/v1/registry/tab_x", Set.of("GET"),
            "/v1/messages", Set.of("GET", "POST"),
            "/v1/state", Set.of("GET"),
            "/v1/state/a/b", Set.of("GET", "PUT", "DELETE"),
            "/v1/health", Set.of("GET")));

    @Test
    void healthShouldTellTheVersionToEverybody() {
        Answer answer = kernel().anyone().get("/v1/health").expect(200);
        assertThat(answer.text("status")).isEqualTo("ok");
        assertThat(answer.text("version")).matches("[0-9]+\\.[0-9]+\\.[0-9]+.*");
        kernel().anyone().as("nonsense").get("/v1/health?x=y").expect(200);
    }

    @Test
    void everyOtherMethodShouldBeRefusedBeforeAnythingElseIsChecked() {
        METHODS.forEach((path, known) -> {
            for (String method :
                    Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "PROPFIND", "get", "X-ODD")) {
                if (!known.contains(method)) {
                    requireNotAllowed(method, path, known);
                }
            }
        });
    }

    private void requireNotAllowed(String method, String path, Set<String> known) {
        // Over a raw connection, since HTTP libraries refuse some of them. The body is no JSON, and there is no token.
        Answer answer = kernel().anyone()
                .raw(method + " " + path
                        + " HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 1\r\n\r\n{"
                                .replace("Content-Length: 1", method.equals("HEAD") ? "X: y" : "Content-Length: 1"));
        assertThat(answer.status()).as(method + " " + path).isEqualTo(405);
        assertThat(Set.of(answer.header("Allow").orElseThrow().split(", ?"))).isEqualTo(known);
        if (!method.equals("HEAD")) {
            answer.expectError(405, "method_not_allowed");
        }
    }

    @Test
    void traceShouldBeRefusedAndEchoNothing() {
        for (String path : METHODS.keySet()) {
            Answer answer = kernel().anyone()
                    .raw("TRACE " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer echoed\r\n\r\n");
            answer.expectError(405, "method_not_allowed");
            assertThat(answer.json().toString()).doesNotContain("echoed");
        }
    }

    /** A path that is spelt otherwise must not lead past the rules for methods: a HEAD would take messages and drop them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1;x/messages",
                "/v1/messages;x",
                "/%761/messages",
                "/v1/%6dessages",
                "/v1//messages",
                "/;x/v1/messages"
            })
    void pathThatIsSpeltOtherwiseShouldTakeNoMessages(String path) {
        Agent agent = kernel().newAgent();
        agent.send(agent, "still there").expect(202);
        for (String method : Set.of("HEAD", "GET", "OPTIONS")) {
            Answer answer = kernel().anyone()
                    .rawOrMalformed(method + " " + path + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
                            + agent.token() + "\r\n\r\n");
            assertThat(answer.status()).as(method).isIn(400, 404);
        }
        assertThat(agent.takeContents()).containsExactly("still there");
    }

    @Test
    void preflightShouldBeRefusedWithoutAnyWordOfCors() {
        Agent agent = kernel().newAgent();
        for (String path : METHODS.keySet()) {
            Answer preflight = kernel().anyone()
                    .raw("OPTIONS " + path + " HTTP/1.1\r\n"
                            + "Host: x\r\n"
                            + "Origin: https://example.org\r\n"
                            + "Access-Control-Request-Method: GET\r\n"
                            + "Access-Control-Request-Headers: authorization\r\n\r\n");
            preflight.expectError(405, "method_not_allowed");
            requireNoCors(preflight);
        }
        requireNoCors(agent.client()
                .header("Origin", "https://example.org")
                .get("/v1/agents/me")
                .expect(200));
        requireNoCors(
                kernel().anyone().header("Origin", "null").get("/v1/health").expect(200));
    }

    /** The server's own patterns go by a path that it has resolved; browsers leave a {@code ..;} as it is. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1/state/..;/..;/observe/x",
                "/v1/state/..;x/..;y/observe/events",
                "/v1/agents/..;/..;/observe/events",
                "/v1/agents/me/../../../observe/events"
            })
    void contractsPathShouldHaveNoWordOfCorsHoweverItIsSpelt(String path) {
        Agent agent = kernel().newAgent();
        for (String method : Set.of("GET", "OPTIONS")) {
            Answer answer = kernel().anyone()
                    .rawOrMalformed(
                            method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nOrigin: https://example.org\r\n"
                                    + "Authorization: Bearer " + agent.token() + "\r\n\r\n");
            assertThat(answer.status()).isIn(400, 404, 405);
            requireNoCors(answer);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/observe/state/..;/..;/v1/agents/me",
                "/observe/state/../../v1/agents/me",
                "/observe/state/%2e%2e/%2e%2e/admin/removals"
            })
    void observedPathShouldLeadNowhereElseHoweverItIsSpelt(String path) throws IOException {
        for (String method : Set.of("GET", "OPTIONS", "POST")) {
            String first = firstLineOf(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(first).as(method).matches("HTTP/1.1 (204|400|404|405) ?");
        }
    }

    private String firstLineOf(String request) throws IOException {
        URI api = kernel().api();
        try (Socket client = new Socket(api.getHost(), api.getPort())) {
            client.setSoTimeout(60_000);
            client.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new BufferedReader(new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1))
                    .readLine();
        }
    }

    private static void requireNoCors(Answer answer) {
        assertThat(answer.headers().values().keySet())
                .noneMatch(name -> name.toLowerCase(Locale.ROOT).startsWith("access-control"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/v1",
                "/v1/",
                "/v2/health",
                "/v1/nothing",
                "/v1/health/",
                "/v1/health/x",
                "/v1/agents/",
                "/v1/agents/you/too",
                "/v1/messages/",
                "/v1/operators/me/",
                "/v1/registry/",
                "/v1/registry/a/b",
                "/V1/health",
                "/v1/Health",
                "/v1//health",
                "//v1/health",
                "/v1/health;x=y",
                "/v1;x/health",
                "/;/v1/health",
                "/v1/health%2F",
                "/v1/health.json",
                "/v1/health%00",
                "/actuator",
                "/actuator/health",
                "/swagger-ui.html",
                "/v3/api-docs",
                "/h2-console",
                "/login",
                "/logout",
                "/.git/config",
                "/index.html",
                "/%F0%9F%98%80"
            })
    void unknownPathShouldNotBeFoundWhateverTheMethod(String path) {
        for (String method : Set.of("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "HEAD")) {
            Answer answer = kernel().anyone().rawOrMalformed(method + " " + path + " HTTP/1.1\r\nHost: x\r\n\r\n");
            if (method.equals("HEAD")) {
                assertThat(answer.status()).isIn(400, 404);
            } else if (path.endsWith("%00")) {
                answer.expectError(400, "bad_request");
            } else {
                answer.expectError(404, "not_found");
            }
        }
    }

    @Test
    void errorPageShouldNotBeThereForWhoeverAsksForIt() {
        for (String method : Set.of("GET", "POST", "PUT", "DELETE", "PATCH")) {
            kernel().anyone()
                    .raw(method + " /error HTTP/1.1\r\nHost: x\r\n\r\n")
                    .expectError(404, "not_found");
        }
    }

    @Test
    void checksShouldComeInTheOrderOfTheContract() {
        RunningKernel kernel = narrowKernel();
        Agent agent = kernel.newAgent();
        byte[] broken = {'{'};
        ContractClient text = kernel.anyone().header("Content-Type", "text/plain");
        // Everything is wrong at once, and then one thing less each time.
        text.request("PATCH", "/v1/messages", broken).expectError(405, "method_not_allowed");
        text.request("POST", "/v1/mesages", broken).expectError(404, "not_found");
        text.request("POST", "/v1/messages", broken).expectError(401, "unauthorized");
        text.as(agent.token()).request("POST", "/v1/messages", broken).expectError(415, "unsupported_media_type");
        Answer answer = text.as(agent.token()).request("POST", "/v1/messages", broken);
        for (int i = 0; i < 1_000 && answer.status() == 415; i++) {
            answer = text.as(agent.token()).request("POST", "/v1/messages", broken);
        }
        answer.expectError(429, "rate_limited");
        Agent other = kernel.newAgent();
        text.as(other.token()).request("POST", "/v1/messages", broken).expectError(415, "unsupported_media_type");
        other.client()
                .header("Content-Type", "application/json")
                .request("POST", "/v1/messages", broken)
                .expectError(400, "bad_request");
        // The type is checked before the length.
        text.as(other.token())
                .request("POST", "/v1/messages", new byte[(2 << 20) + 1])
                .expectError(415, "unsupported_media_type");
    }
}
