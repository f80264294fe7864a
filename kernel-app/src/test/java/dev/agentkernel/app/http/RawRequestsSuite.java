package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.Conversation;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that are broken as HTTP: refused in the contract's form, and never taken for another request. */
abstract class RawRequestsSuite extends HttpSuite {

    private static final String END = " HTTP/1.1\r\nHost: x\r\n\r\n";

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NONSENSE\r\n\r\n",
                "GET\r\n\r\n",
                "GET /v1/health HTTP/9.9\r\nHost: x\r\n\r\n",
                "GET /v1/health HTTQ/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: a b\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\nNo colon\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\nBad name: y\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\nX: a\u0000b\r\n\r\n",
                "GET /v1/he alth HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/<health> HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/health\u0000 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/h\u00e9alth HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                "G\u0001T /v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/health%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /../v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /v1/../../v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%2e%2e/v1/health HTTP/1.1\r\nHost: x\r\n\r\n",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n{}x",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n",
                "POST /v1/operators HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"
            })
    void brokenRequestShouldBeRefusedInTheContractsForm(String request) {
        Answer answer = kernel().anyone().malformed(request.getBytes(StandardCharsets.ISO_8859_1));
        answer.expectError(400, "bad_request");
        assertThat(answer.header("Server")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {17_000, 24_000})
    void hugeHeaderShouldBeRefused(int bytes) {
        String padding = "x".repeat(bytes);
        for (String request : new String[] {
            "GET /v1/health?" + padding + END,
            "GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Padding: " + padding + "\r\n\r\n",
            "GET /v1/health HTTP/1.1\r\nHost: x\r\n" + "X-Many: y\r\n".repeat(bytes / 11) + "\r\n",
            "GET /v1/health HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + padding + "\r\n\r\n"
        }) {
            kernel().anyone()
                    .malformed(request.getBytes(StandardCharsets.ISO_8859_1))
                    .expectError(400, "bad_request");
        }
    }

    @Test
    void longButPossibleHeaderShouldBeRead() {
        kernel().anyone()
                .header("X-Padding", "x".repeat(12_000))
                .get("/v1/health")
                .expect(200);
        kernel().anyone()
                .as("at_live_" + "0".repeat(12_000))
                .get("/v1/agents/me")
                .expectError(401, "unauthorized");
    }

    /** Whoever is in front of the kernel may see one request where it sees two; it must close, or see the same. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\n-1\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n{}\r\n0\r\n\r\n",
                "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"
            })
    void nothingShouldBeSmuggledBehindAnAmbiguousBody(String rest) throws IOException {
        Agent agent = kernel().newAgent();
        String smuggled =
                "DELETE /v1/state/precious HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token() + "\r\n\r\n";
        agent.put("precious", "x").expect(200);
        String request = "PUT /v1/state/smuggler HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                + "\r\nContent-Type: application/json\r\n" + rest;
        Answer answer = kernel().anyone().rawOrMalformed(request + smuggled);
        answer.expectError(400, "bad_request");
        assertThat(answer.header("Connection")).contains("close");
        agent.read("precious").expect(200);
    }

    @Test
    void connectionShouldServeAgainAfterARefusal() throws IOException {
        Agent agent = kernel().newAgent();
        try (Conversation conversation = kernel().anyone().converse()) {
            conversation.send(
                    "PUT /v1/state/x HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nDELET");
            conversation.receive().expectError(401, "unauthorized");
            conversation.send(
                    "GET /v1/agents/me HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token() + "\r\n\r\n");
            conversation.receive().expect(200);
        }
    }

    /** Each wait for another byte is short, but that must not be all that is bounded: so few clients could take up every connection. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /",
                "GET /v1/health HTTP/1.1\r\nHost: x\r\nX-Padding: ",
                "POST /v1/health HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
                "PUT /v1/state/x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
                "POST /admin/remove HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n",
                "GET /docs HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
            })
    void dripShouldNotKeepAConnection(String beginning) throws IOException {
        try (Socket client = new Socket("127.0.0.1", narrowKernel().api().getPort())) {
            client.setSoTimeout(100);
            client.getOutputStream().write(beginning.getBytes(StandardCharsets.ISO_8859_1));
            long begun = System.nanoTime();
            while (isOpenAfter(client)) {
                assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(100));
            }
        }
    }

    /** Whether the connection takes another byte, after a while without an answer. */
    private static boolean isOpenAfter(Socket client) {
        try {
            return client.getInputStream().read(new byte[8_192]) >= 0;
        } catch (SocketTimeoutException nothingYet) {
            return takesAnotherByte(client);
        } catch (IOException reset) {
            return false;
        }
    }

    private static boolean takesAnotherByte(Socket client) {
        try {
            client.getOutputStream().write('x');
            return true;
        } catch (IOException closed) {
            return false;
        }
    }

    @Test
    void absoluteTargetAndOldHttpShouldBeServed() {
        kernel().anyone()
                .raw("GET http://x/v1/nothing HTTP/1.1\r\nHost: x\r\n\r\n")
                .expectError(404, "not_found");
        kernel().anyone().raw("GET /v1/health HTTP/1.0\r\n\r\n").expect(200);
        kernel().anyone()
                .raw("GET /v1/health HTTP/1.1\r\nHost: anything.example:99\r\nConnection: close\r\n\r\n")
                .expect(200);
    }

    @Test
    void injectedLineShouldNotReachTheAnswer() {
        Answer answer = kernel().anyone().raw("GET /v1/%0D%0AX-Injected:%20yes" + END);
        answer.expectError(404, "not_found");
        assertThat(answer.header("X-Injected")).isEmpty();
    }
}
