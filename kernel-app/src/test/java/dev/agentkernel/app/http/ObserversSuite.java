package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.ContractClient;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may observe: everybody, or who has the token, or a browser that brought it; pages of other sites read, but use no session. */
abstract class ObserversSuite extends HttpSuite {

    private static final String EVENTS = "/observe/events?limit=1";

    /** A client at an address that no other test uses. */
    private ContractClient at(int last) {
        return narrowKernel().anyoneAt("203.0.113." + last);
    }

    private List<String> sessionOf(int last) {
        Answer begun = at(last).post("/observe/session", Map.of("token", KernelSetup.OBSERVATION_TOKEN))
                .expect(204);
        return begun.headers().all("Set-Cookie");
    }

    private static String nameAndValue(String cookie) {
        return cookie.substring(0, cookie.indexOf(';'));
    }

    @Test
    void theOnlyReplicaShouldBeThere() {
        ContractClient observer = at(79).as(KernelSetup.OBSERVATION_TOKEN);
        // What another test has just closed may still be going.
        await().pollInterval(Duration.ofMillis(500))
                .atMost(Duration.ofSeconds(8))
                .untilAsserted(() -> {
                    Answer cluster = observer.get("/observe/cluster").expect(200);
                    assertThat(cluster.json().path("replicas")).hasSize(1);
                    assertThat(cluster.json().path("sockets").asLong()).isZero();
                });
        at(78).get("/observe/cluster").expectError(401, "unauthorized");
    }

    @Test
    void everybodyShouldObserveWhereThatIsPublic() {
        kernel().anyone().get(EVENTS).expect(200);
        kernel().anyone().as("nonsense").get(EVENTS).expect(200);
    }

    /** To a kernel at a loopback address all the world is on this host once a proxy on this host passes it on. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: localhost\r\nX-Forwarded-For: 203.0.113.7",
                "Host: localhost\r\nX-Forwarded-Host: kernel.example",
                "Host: localhost\r\nX-Forwarded-Proto: https",
                "Host: localhost\r\nX-Real-IP: 203.0.113.7",
                "Host: localhost\r\nForwarded: for=203.0.113.7",
                "Host: localhost\r\nVia: 1.1 proxy",
                "Host: kernel.example",
                "Host: 203.0.113.7:8080",
                "Host: localhost.example:8080",
                "Host: [2001:db8::1]:8080"
            })
    void tokenShouldBeNeededByDefaultThroughAProxy(String header) {
        kernel().anyone()
                .raw("GET " + EVENTS + " HTTP/1.1\r\n" + header + "\r\n\r\n")
                .expectError(401, "unauthorized");
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "LOCALHOST:99", "127.0.0.1", "127.9.9.9:1", "[::1]:8080", "kernel.localhost"})
    void noTokenShouldBeNeededByDefaultOnThisHost(String host) {
        kernel().anyone()
                .raw("GET " + EVENTS + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                .expect(200);
    }

    @Test
    void tokenShouldBeNeededWhereThatIsWanted() {
        Operator operator = narrowKernel().newOperator();
        at(1).get(EVENTS).expectError(401, "unauthorized");
        for (String wrong : List.of("", "x", operator.key(), KernelSetup.OBSERVATION_TOKEN + "x")) {
            at(1).as(wrong).get(EVENTS).expectError(401, "unauthorized");
        }
        at(1).header("Authorization", "Basic " + KernelSetup.OBSERVATION_TOKEN)
                .get(EVENTS)
                .expect(401);
        at(1).as(KernelSetup.OBSERVATION_TOKEN).get(EVENTS).expect(200);
    }

    @Test
    void nothingShouldBeUnderThePathsOfObservationThatIsNotDocumented() {
        for (String path : List.of("/observe", "/observe/", "/observe/x", "/observe//events", "/observe;x/events")) {
            at(9).get(path).expectError(404, "not_found");
        }
    }

    @Test
    void sessionShouldStandForTheTokenUntilItEnds() {
        List<String> cookies = sessionOf(2);
        assertThat(cookies).hasSize(2);
        assertThat(cookies)
                .allSatisfy(cookie -> assertThat(cookie)
                        .contains("; HttpOnly", "; SameSite=Strict", "; Max-Age=43200")
                        .doesNotContain(KernelSetup.OBSERVATION_TOKEN));
        assertThat(cookies.get(0)).contains("; Path=/observe;");
        assertThat(cookies.get(1)).contains("; Path=/ws/dashboard;");
        String session = nameAndValue(cookies.getFirst());
        ContractClient browser = at(2).header("Cookie", "theme=dark; " + session);
        browser.get(EVENTS).expect(200);
        for (String forged : List.of(
                session.replaceFirst("=[0-9]", "=9"),
                session.substring(0, session.length() - 1),
                session.substring(0, session.length() - 2) + (session.endsWith("00") ? "11" : "00"),
                "kernel_observer=",
                "kernel_observer=.",
                "kernel_observer=9999999999.",
                "kernel_observer=x.00")) {
            at(2).header("Cookie", forged).get(EVENTS).expectError(401, "unauthorized");
        }
        narrowKernel().clock().putForward(Duration.ofHours(13));
        browser.get(EVENTS).expectError(401, "unauthorized");
    }

    @Test
    void sessionShouldStayOffTheOpenNetAndOutOfCaches() {
        String authority = narrowKernel().api().getAuthority();
        ContractClient browser = at(10).header("Origin", "https://" + authority);
        Answer begun = browser.post("/observe/session", Map.of("token", KernelSetup.OBSERVATION_TOKEN))
                .expect(204);
        assertThat(begun.header("Cache-Control")).contains("no-store");
        assertThat(begun.headers().all("Set-Cookie"))
                .hasSize(2)
                .allSatisfy(cookie -> assertThat(cookie).endsWith("; Secure"));
        assertThat(sessionOf(10)).noneMatch(cookie -> cookie.contains("Secure"));
    }

    /** A page at another port of this host is of the same site: its pictures and scripts bring the cookie and name no origin. */
    @Test
    void partOfAPageOfAnotherOriginShouldHaveNoSession() {
        ContractClient browser =
                at(11).header("Cookie", nameAndValue(sessionOf(11).getFirst()));
        for (String own : List.of("same-origin", "none")) {
            browser.header("Sec-Fetch-Site", own).get(EVENTS).expect(200);
        }
        for (String other : List.of("same-site", "cross-site", "")) {
            browser.header("Sec-Fetch-Site", other).get(EVENTS).expectError(401, "unauthorized");
        }
    }

    @Test
    void pageOfAnotherSiteShouldHaveNoSession() {
        String session = nameAndValue(sessionOf(3).getFirst());
        String own = narrowKernel().api().toString();
        ContractClient browser = at(3).header("Cookie", session);
        browser.header("Origin", own).get(EVENTS).expect(200);
        for (String other : List.of("https://example.org", "null", own + "1", "http://localhost", "::")) {
            browser.header("Origin", other).get(EVENTS).expectError(401, "unauthorized");
            at(4).header("Origin", other)
                    .post("/observe/session", Map.of("token", KernelSetup.OBSERVATION_TOKEN))
                    .expectError(403, "forbidden");
        }
        at(3).header("Origin", "https://example.org")
                .as(KernelSetup.OBSERVATION_TOKEN)
                .get(EVENTS)
                .expect(200);
        at(4).header("Origin", "https://example.org").delete("/observe/session").expectError(403, "forbidden");
        Answer ended = at(4).header("Origin", own).delete("/observe/session").expect(204);
        assertThat(ended.headers().all("Set-Cookie"))
                .allSatisfy(cookie ->
                        assertThat(cookie).startsWith("kernel_observer=;").contains("; Max-Age=0;"));
    }

    @Test
    void sessionShouldNeedTheTokenInAProperRequest() {
        at(5).post("/observe/session", Map.of("token", "wrong")).expectError(401, "unauthorized");
        at(5).post("/observe/session", Map.of("token", 1)).expectError(400, "bad_request");
        at(5).post("/observe/session", Map.of()).expectError(400, "bad_request");
        at(5).header("Content-Type", "text/plain")
                .request("POST", "/observe/session", new byte[] {'{'})
                .expectError(415, "unsupported_media_type");
        at(5).header("Content-Type", "application/json")
                .request("POST", "/observe/session", new byte[(2 << 20) + 1])
                .expectError(413, "value_too_large");
    }

    @Test
    void clientShouldHaveABudgetOfItsOwn() {
        ContractClient client = at(6).as(KernelSetup.OBSERVATION_TOKEN);
        Answer first = client.get(EVENTS).expect(200);
        assertThat(first.header("X-RateLimit-Limit")).contains("20");
        assertThat(first.header("X-RateLimit-Remaining")).contains("19");
        requireLimited(() -> client.get(EVENTS));
        requireLimited(() -> client.get("/observe/cluster"));
        requireLimited(() -> at(6).post("/observe/session", Map.of("token", "x")));
        requireLimited(() -> at(6).delete("/observe/session"));
        at(7).as(KernelSetup.OBSERVATION_TOKEN).get(EVENTS).expect(200);
    }

    @Test
    void pagesOfAnySiteShouldReadAnswersAndErrors() throws Exception {
        URI events = URI.create(narrowKernel().api() + "/observe/events");
        HttpResponse<Void> preflight = send(HttpRequest.newBuilder(events)
                .method("OPTIONS", HttpRequest.BodyPublishers.noBody())
                .header("Origin", "https://example.org")
                .header("Access-Control-Request-Method", "GET")
                .header("Access-Control-Request-Headers", "authorization"));
        assertThat(preflight.statusCode()).isEqualTo(204);
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Origin"))
                .contains("*");
        assertThat(preflight
                        .headers()
                        .firstValue("Access-Control-Allow-Headers")
                        .orElseThrow())
                .contains("Authorization");
        assertThat(preflight.headers().firstValue("Access-Control-Allow-Credentials"))
                .isEmpty();
        HttpResponse<Void> refused = send(HttpRequest.newBuilder(events));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
        HttpResponse<Void> unknown = send(HttpRequest.newBuilder(URI.create(events + "/x")));
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.headers().firstValue("Access-Control-Allow-Origin")).contains("*");
    }

    private static HttpResponse<Void> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request.build(), BodyHandlers.discarding());
        }
    }
}
