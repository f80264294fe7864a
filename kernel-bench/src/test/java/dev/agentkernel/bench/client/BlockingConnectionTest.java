package dev.agentkernel.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BlockingConnectionTest {

    private static final Request REQUEST = Request.get("/", "");

    @Test
    void answersShouldBeReadWithTheirHeadersWhetherTheyHaveALengthOrChunks() throws IOException {
        try (ScriptedServer server = new ScriptedServer(number -> number == 1
                        ? "HTTP/1.1 200 OK\r\nETag: \"7\"\r\nContent-Length: 5\r\n\r\nhello"
                        : "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n");
                BlockingConnection connection = new BlockingConnection(server.address())) {
            connection.send(REQUEST, Map.of("If-Match", "\"6\""));
            BlockingConnection.Received first = connection.receive();
            connection.send(REQUEST);
            BlockingConnection.Received second = connection.receive();

            assertThat(first.headers()).containsEntry("etag", "\"7\"");
            assertThat(first.body()).isEqualTo("hello");
            assertThat(second.body()).isEqualTo("hello");
        }
    }

    @Test
    void answerThatEndsTooSoonShouldBeNoAnswer() throws IOException {
        try (ScriptedServer server = new ScriptedServer(number ->
                        number == 1 ? "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n" : ScriptedServer.HANG_UP);
                BlockingConnection connection = new BlockingConnection(server.address())) {
            connection.send(REQUEST);
            assertThat(connection.receive().status()).isEqualTo(200);
            connection.send(REQUEST);

            assertThatIOException().isThrownBy(connection::receive);
        }
    }
}
