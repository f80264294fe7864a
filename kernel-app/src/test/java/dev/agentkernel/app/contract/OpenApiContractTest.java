package dev.agentkernel.app.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class OpenApiContractTest {

    private static final String ADDRESS = "tab_d6ncf10epf91dhodzdoc";
    private static final String MESSAGE_ID = "01a1f84b-b0e0-7128-bc5c-7fd0a6a3a450";
    private static final String ACCEPTED = """
            {"message_id": "%s", "from": "%s", "to": "%s", "timestamp": "2026-11-20T09:31:12.480113Z"}
            """.formatted(MESSAGE_ID, ADDRESS, ADDRESS);

    private final OpenApiContract contract = OpenApiContract.load();

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/health, getHealth",
        "GET, /v1/state, listStateKeys",
        "GET, /v1/state/_capacity, getStateCapacity",
        "PUT, /v1/state/_capacity, putState",
        "GET, /v1/state/a//b/%2F/_capacity, getState",
        "GET, /v1/state/, getState",
        "DELETE, /v1/state/a/b, deleteState",
        "GET, /v1/agents/me, getAgent",
        "GET, /v1/registry/tab_x, getRegistryEntry",
    })
    void operationShouldBeTheOneWithTheMostLiteralPath(String method, String path, String operation) {
        assertThat(contract.operationId(method, path)).contains(operation);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /v1/registry/a/b",
        "GET, /v1/registry/",
        "PATCH, /v1/state/a",
        "GET, /v2/health",
        "GET, /v1/statex"
    })
    void operationShouldBeAbsentWhenNothingIsDocumented(String method, String path) {
        assertThat(contract.operationId(method, path)).isEmpty();
    }

    @Test
    void answersAsDocumentedShouldPass() {
        assertThatCode(() -> {
                    contract.verify(sent().exchange());
                    contract.verify(sent().status(429)
                            .header("X-RateLimit-Remaining", "0")
                            .header("RateLimit", "\"message-send\";r=0;t=60")
                            .header("Retry-After", "1")
                            .body(error("rate_limited"))
                            .exchange());
                    contract.verify(health().exchange());
                    contract.verify(health().method("POST")
                            .status(405)
                            .header("Allow", "GET")
                            .body(error("method_not_allowed"))
                            .exchange());
                    contract.verify(health().target("/v1/nothing")
                            .status(404)
                            .body(error("not_found"))
                            .exchange());
                    contract.verify(stateNotModified().exchange());
                    contract.verifyMalformed(
                            health().status(400).body(error("bad_request")).exchange());
                })
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> broken() {
        return Stream.of(
                Arguments.of("an undocumented status", sent().status(200), "status 200 is not documented"),
                Arguments.of("a missing header", sent().without("X-RateLimit-Reset"), "X-RateLimit-Reset is missing"),
                Arguments.of("a header out of its schema", sent().header("X-RateLimit-Reset", "soon"), "integer"),
                Arguments.of("a header below its minimum", sent().header("X-RateLimit-Limit", "0"), "minimum"),
                Arguments.of("a header twice", sent().more("X-RateLimit-Limit", "60"), "is there 2 times"),
                Arguments.of("a wrong category", sent().header("RateLimit", "\"state-read\";r=59;t=1"), "category"),
                Arguments.of("fields that disagree", sent().header("X-RateLimit-Remaining", "7"), "r is X-RateLimit"),
                Arguments.of("a limit where there is none", health().header("X-RateLimit-Limit", "5"), "not limited"),
                Arguments.of("a missing field", sent().body(ACCEPTED.replace("\"from\"", "\"form\"")), "from"),
                Arguments.of("a wrong type", health().body("{\"status\":\"ok\",\"version\":1}"), "string"),
                Arguments.of("a field more", health().body("{\"status\":\"ok\",\"version\":\"1\",\"x\":1}"), "'x'"),
                Arguments.of("a pattern", sent().body(ACCEPTED.replace("tab_", "TAB_")), "pattern"),
                Arguments.of("a format", sent().body(ACCEPTED.replace(MESSAGE_ID, "42")), "uuid"),
                Arguments.of("a time with an offset", sent().body(ACCEPTED.replace("113Z", "113+00:00")), "pattern"),
                Arguments.of("a time to the nanosecond", sent().body(ACCEPTED.replace("113Z", "113007Z")), "pattern"),
                Arguments.of("a body that is no JSON", health().body("ok"), "not JSON"),
                Arguments.of("two JSON values", health().body("{\"status\":\"ok\",\"version\":\"1\"}{}"), "not JSON"),
                Arguments.of(
                        "a name twice",
                        health().body("{\"status\":\"ok\",\"status\":\"ok\",\"version\":\"1\"}"),
                        "not JSON"),
                Arguments.of("another media type", health().header("Content-Type", "text/plain"), "Content-Type"),
                Arguments.of("an empty body", health().body(""), "has no body"),
                Arguments.of("a body with 304", stateNotModified().body("{}"), "must not have a body"),
                Arguments.of("a missing entity tag", stateNotModified().without("ETag"), "ETag is missing"),
                Arguments.of("an entity tag without quotes", stateNotModified().header("ETag", "42"), "pattern"),
                Arguments.of("an unknown error code", unauthorized().body(error("no_entry")), "unauthorized"),
                Arguments.of("a code of another status", unauthorized().body(error("not_found")), "unauthorized"),
                Arguments.of(
                        "a field more in an error",
                        unauthorized().body("{\"error\":\"unauthorized\",\"message\":\"No.\",\"path\":\"/\"}"),
                        "path"),
                Arguments.of(
                        "a class name in an error",
                        unauthorized().body("{\"error\":\"unauthorized\",\"message\":\"IllegalStateException: no\"}"),
                        "internals"),
                Arguments.of(
                        "SQL in an error",
                        unauthorized().body("{\"error\":\"unauthorized\",\"message\":\"SELECT token FROM agents\"}"),
                        "internals"),
                Arguments.of(
                        "an unknown path that is not 404", health().target("/v1/x"), "status 200 is not documented"),
                Arguments.of(
                        "405 for an unknown path",
                        health().target("/v1/x")
                                .status(405)
                                .header("Allow", "GET")
                                .body(error("method_not_allowed")),
                        "must be 404"),
                Arguments.of(
                        "404 for an unknown method",
                        health().method("PUT").status(404).body(error("not_found")),
                        "must be 405"),
                Arguments.of(
                        "405 without the methods",
                        health().method("PUT").status(405).body(error("method_not_allowed")),
                        "Allow is missing"),
                Arguments.of("success without a token", sent().withoutToken(), "needs a token"),
                Arguments.of(
                        "success for a wrong request",
                        sent().request("{\"to\":\"nobody\",\"content\":\"\"}"),
                        "does not allow"),
                Arguments.of("success for a request that is no JSON", sent().request("to=nobody"), "does not allow"),
                Arguments.of(
                        "more after 429",
                        sent().status(429).header("Retry-After", "1").body(error("rate_limited")),
                        "nothing remains"),
                Arguments.of(
                        "429 without Retry-After",
                        sent().status(429).body(error("rate_limited")),
                        "Retry-After is missing"),
                Arguments.of(
                        "success for too many bytes",
                        sent().request("{\"to\":\"" + ADDRESS + "\",\"content\":\"" + "ü".repeat(32_769) + "\"}"),
                        "has 65538 bytes, more than 65536"),
                Arguments.of("bytes that are no UTF-8", health().bytes(new byte[] {'"', (byte) 0xff, '"'}), "UTF-8"));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("broken")
    void brokenAnswersShouldBeNoticed(String kind, Sample sample, String expected) {
        assertThatThrownBy(() -> contract.verify(sample.exchange()))
                .as(kind)
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining(expected);
        assertThat(contract.coverage().seen()).isEmpty();
    }

    @Test
    void malformedRequestsShouldBeAnsweredAsSuch() {
        Sample unknown = health().target("/v1/x").status(404).body(error("not_found"));
        assertThatThrownBy(() -> contract.verifyMalformed(unknown.exchange())).hasMessageContaining("with 400");
        Sample html = health().status(400).header("Content-Type", "text/html").body("<h1>Bad</h1>");
        assertThatThrownBy(() -> contract.verifyMalformed(html.exchange())).hasMessageContaining("Content-Type");
    }

    @Test
    void coverageShouldTellWhatWasNeverSeen() {
        contract.verify(health().exchange());
        ContractCoverage.Documented healthy = new ContractCoverage.Documented("getHealth", 200);
        assertThat(contract.coverage().seen()).containsExactly(healthy);
        assertThat(contract.coverage().unseen())
                .doesNotContain(healthy)
                .contains(
                        new ContractCoverage.Documented("getHealth", 503),
                        new ContractCoverage.Documented("outside", 405))
                .hasSize(contract.coverage().documented().size() - 1);
    }

    private static Sample sent() {
        return Sample.of("POST", "/v1/messages")
                .request("{\"to\":\"" + ADDRESS + "\",\"content\":\"hello\"}")
                .status(202)
                .header("X-RateLimit-Limit", "60")
                .header("X-RateLimit-Remaining", "59")
                .header("X-RateLimit-Reset", "1795167061")
                .header("RateLimit", "\"message-send\";r=59;t=1")
                .header("RateLimit-Policy", "\"message-send\";q=60;w=60")
                .body(ACCEPTED);
    }

    private static Sample health() {
        return Sample.of("GET", "/v1/health").body("{\"status\":\"ok\",\"version\":\"0.1.0\"}");
    }

    private static Sample unauthorized() {
        return Sample.of("GET", "/v1/agents/me")
                .status(401)
                .header("WWW-Authenticate", "Bearer")
                .body(error("unauthorized"));
    }

    private static Sample stateNotModified() {
        return Sample.of("GET", "/v1/state/a/b")
                .status(304)
                .header("ETag", "\"42\"")
                .header("X-RateLimit-Limit", "300")
                .header("X-RateLimit-Remaining", "299")
                .header("X-RateLimit-Reset", "1795167061")
                .header("RateLimit", "\"state-read\";r=299;t=1")
                .header("RateLimit-Policy", "\"state-read\";q=300;w=60");
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\",\"message\":\"A sentence.\"}";
    }

    /** An exchange that can be changed bit by bit; every change gives a new one. */
    record Sample(Exchange exchange) {

        static Sample of(String method, String target) {
            HeaderFields request = HeaderFields.of("Authorization", "Bearer x");
            HeaderFields response = HeaderFields.of("Content-Type", "application/json", "X-Request-Id", "a-request");
            return new Sample(new Exchange(method, target, request, new byte[0], 200, response, new byte[0]));
        }

        Sample method(String method) {
            return changed(method, exchange.target(), exchange.status());
        }

        Sample target(String target) {
            return changed(exchange.method(), target, exchange.status());
        }

        Sample status(int status) {
            return changed(exchange.method(), exchange.target(), status);
        }

        Sample header(String name, String value) {
            return answered(exchange.responseHeaders().without(name).with(name, value), exchange.responseBody());
        }

        Sample more(String name, String value) {
            return answered(exchange.responseHeaders().with(name, value), exchange.responseBody());
        }

        Sample without(String name) {
            return answered(exchange.responseHeaders().without(name), exchange.responseBody());
        }

        Sample body(String body) {
            return bytes(body.getBytes(StandardCharsets.UTF_8));
        }

        Sample bytes(byte[] body) {
            return answered(exchange.responseHeaders(), body);
        }

        Sample withoutToken() {
            return asked(exchange.requestHeaders().without("Authorization"), exchange.requestBody());
        }

        Sample request(String body) {
            return asked(exchange.requestHeaders(), body.getBytes(StandardCharsets.UTF_8));
        }

        private Sample changed(String method, String target, int status) {
            return new Sample(new Exchange(
                    method,
                    target,
                    exchange.requestHeaders(),
                    exchange.requestBody(),
                    status,
                    exchange.responseHeaders(),
                    exchange.responseBody()));
        }

        private Sample asked(HeaderFields headers, byte[] body) {
            return new Sample(new Exchange(
                    exchange.method(),
                    exchange.target(),
                    headers,
                    body,
                    exchange.status(),
                    exchange.responseHeaders(),
                    exchange.responseBody()));
        }

        private Sample answered(HeaderFields headers, byte[] body) {
            return new Sample(new Exchange(
                    exchange.method(),
                    exchange.target(),
                    exchange.requestHeaders(),
                    exchange.requestBody(),
                    exchange.status(),
                    headers,
                    body));
        }
    }
}
