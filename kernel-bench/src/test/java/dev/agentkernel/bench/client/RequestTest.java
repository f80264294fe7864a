package dev.agentkernel.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestTest {
    @Test
    void encodeShouldCountBytesNotCharacters() {
        assertThat(text(Request.put("/v1/state/a", "tok", "{\"value\":\"ä\"}")))
                .isEqualTo("PUT /v1/state/a HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer tok\r\n"
                        + "Content-Type: application/json\r\nContent-Length: 14\r\n\r\n{\"value\":\"ä\"}");
    }

    @Test
    void encodeShouldLeaveOutWhatIsNotThere() {
        assertThat(text(Request.get("/v1/health", ""))).isEqualTo("GET /v1/health HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
    }

    @Test
    void toStringShouldNotShowTheToken() {
        assertThat(Request.get("/v1/agents/me", "secret")).hasToString("GET /v1/agents/me");
    }

    @Test
    void encodedRequestsShouldComeInOrderOverAndOver() {
        RequestSource source = new EncodedRequests(List.of(Request.get("/a", ""), Request.get("/long", "")));
        ByteBuffer out = ByteBuffer.allocate(3 * source.requestBytesMax());

        source.next(out);
        source.next(out);
        source.next(out);

        assertThat(new String(out.array(), 0, out.position(), StandardCharsets.US_ASCII))
                .containsSubsequence("GET /a ", "GET /long ", "GET /a ");
        assertThat(source.requestBytesMax()).isEqualTo(Request.get("/long", "").encode().length);
    }

    @Test
    void encodedRequestsShouldRefuseToBeEmpty() {
        assertThatIllegalArgumentException().isThrownBy(() -> new EncodedRequests(List.of()));
    }

    private static String text(Request request) {
        return new String(request.encode(), StandardCharsets.UTF_8);
    }
}
