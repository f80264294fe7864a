package dev.agentkernel.app.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ContractClientTest {

    private static final String HEALTHY = "{\"status\":\"ok\",\"version\":\"0.1.0\"}";

    private final OpenApiContract contract = OpenApiContract.load();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private HttpServer server;
    private ContractClient client;
    private volatile int status = 200;
    private volatile String body = HEALTHY;
    private volatile boolean chunked;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
        URI origin = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        client = ContractClient.of(origin, contract);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void answerShouldBeReadWhenItIsAsDocumented() {
        Answer answer = client.get("/v1/health").expect(200);
        assertThat(answer.text("version")).isEqualTo("0.1.0");
        assertThat(answer.header("content-type")).contains("application/json");
        assertThat(contract.coverage().seen()).containsExactly(new ContractCoverage.Documented("getHealth", 200));
    }

    @Test
    void answerShouldFailTheTestWhenItIsNotAsDocumented() {
        body = "{\"status\":\"ok\"}";
        assertThatThrownBy(() -> client.get("/v1/health"))
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining("GET /v1/health → 200")
                .hasMessageContaining("version");
    }

    @Test
    void targetAndTokenAndBodyShouldGoOutAsGiven() {
        status = 404;
        body = "{\"error\":\"not_found\",\"message\":\"Nothing.\"}";
        client.as("one").as("two").put("/v1/other/a%2F..//b%20c?x=%25", Map.of("value", "ü"));
        assertThat(requests).containsExactly("PUT /v1/other/a%2F..//b%20c?x=%25 [Bearer two] {\"value\":\"ü\"}");
    }

    @Test
    void expectationsShouldFailWhenStatusOrCodeDiffer() {
        status = 404;
        body = "{\"error\":\"not_found\",\"message\":\"Nothing.\"}";
        Answer answer = client.get("/v1/nothing").expectError(404, "not_found");
        assertThatThrownBy(() -> answer.expect(200)).hasMessageContaining("404");
        assertThatThrownBy(() -> answer.expectError(404, "forbidden")).hasMessageContaining("forbidden");
        assertThatThrownBy(() -> answer.text("absent")).hasMessageContaining("absent");
    }

    @Test
    void rawRequestShouldBeSentByteForByte() {
        Answer answer = client.raw("GET /v1/health HTTP/1.1\r\nHost: x\r\nauthorization: Bearer raw\r\n\r\n");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(requests).containsExactly("GET /v1/health [Bearer raw] ");
    }

    @Test
    void rawAnswerShouldBeReadWhenItComesInChunks() {
        chunked = true;
        assertThat(client.raw("GET /v1/health HTTP/1.1\r\nHost: x\r\n\r\n").text("status"))
                .isEqualTo("ok");
    }

    @Test
    void malformedRequestShouldFailTheTestWhenItIsAnsweredWithSomethingElseThanJson() {
        // The server of the JDK answers a malformed request with 400 in HTML.
        assertThatThrownBy(() -> client.malformed("NONSENSE\r\n\r\n".getBytes(StandardCharsets.US_ASCII)))
                .isInstanceOf(ContractViolation.class)
                .hasMessageContaining("Content-Type");
    }

    private void answer(HttpExchange exchange) throws IOException {
        String sent = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().get("Authorization") + " " + sent);
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("X-Request-Id", "a-request");
        exchange.sendResponseHeaders(status, chunked ? 0 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
