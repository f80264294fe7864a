package dev.agentkernel.bench.baseline;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BaselineServerTest {
    private final BareTomcat tomcat = BaselineServer.open();
    private final InetSocketAddress address = tomcat.start();
    private final HttpClient client = HttpClient.newHttpClient();

    @AfterEach
    void stop() {
        client.close();
        tomcat.close();
    }

    @Test
    void serverShouldRepeatTheAnswerWhateverIsAsked() throws Exception {
        byte[] body = "{\"error\":\"unauthorized\",\"message\":\"é\"}".getBytes(StandardCharsets.UTF_8);
        BaselineServer.teach(
                address,
                RecordedAnswer.of(
                        401,
                        Map.of(
                                "content-type", List.of("application/json"),
                                "x-ratelimit-limit", List.of("30"),
                                "vary", List.of("Origin", "Accept"),
                                "content-length", List.of("9999"),
                                "connection", List.of("close"),
                                "transfer-encoding", List.of("chunked")),
                        body));

        for (HttpRequest.Builder request : List.of(
                request("/v1/agents/me").GET(),
                request("/v1/messages").POST(HttpRequest.BodyPublishers.ofString("x".repeat(100_000))),
                request("/v1/state/a/b").PUT(HttpRequest.BodyPublishers.ofString("{}")))) {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());

            assertThat(response.statusCode()).isEqualTo(401);
            assertThat(response.body()).isEqualTo(body);
            assertThat(response.headers().map())
                    .containsEntry("content-type", List.of("application/json"))
                    .containsEntry("x-ratelimit-limit", List.of("30"))
                    .containsEntry("vary", List.of("Origin", "Accept"))
                    .containsEntry("content-length", List.of(Integer.toString(body.length)))
                    .doesNotContainKeys("connection", "transfer-encoding");
        }
    }

    @Test
    void serverShouldRefuseWhenItHasLearntNoAnswer() throws Exception {
        HttpResponse<Void> response =
                client.send(request("/v1/health").build(), HttpResponse.BodyHandlers.discarding());

        assertThat(response.statusCode()).isEqualTo(503);
    }

    @Test
    void theLastAnswerTaughtShouldCount() throws Exception {
        BaselineServer.teach(address, RecordedAnswer.of(200, Map.of(), new byte[1]));
        BaselineServer.teach(address, RecordedAnswer.of(202, Map.of(), new byte[0]));

        assertThat(client.send(request("/").build(), HttpResponse.BodyHandlers.discarding())
                        .statusCode())
                .isEqualTo(202);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + address.getPort() + path));
    }
}
