package dev.agentkernel.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.api.testing.ApiServer;
import dev.agentkernel.api.testing.Raw;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HttpContractTest {

    private static ApiServer server;

    @BeforeAll
    static void start() {
        server = ApiServer.start(Map.of());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void probe() throws Exception {
        String[] heads = {
            "GET /v1/health HTTP/1.1\nHost: x\n\n",
            "HEAD /v1/health HTTP/1.1\nHost: x\nConnection: close\n\n",
            "HEAD /v1/messages HTTP/1.1\nHost: x\nConnection: close\n\n",
            "OPTIONS /v1/messages HTTP/1.1\nHost: x\nOrigin: http://a\nAccess-Control-Request-Method: POST\n\n",
            "OPTIONS /v1/nothing HTTP/1.1\nHost: x\n\n",
            "OPTIONS /other HTTP/1.1\nHost: x\nOrigin: http://a\nAccess-Control-Request-Method: POST\n\n",
            "OPTIONS * HTTP/1.1\nHost: x\n\n",
            "TRACE /v1/messages HTTP/1.1\nHost: x\n\n",
            "FOO /v1/messages HTTP/1.1\nHost: x\n\n",
            "PATCH /v1/state HTTP/1.1\nHost: x\n\n",
            "PUT /v1/state HTTP/1.1\nHost: x\n\n",
            "POST /v1/state/x HTTP/1.1\nHost: x\n\n",
            "GET /v1/nothing HTTP/1.1\nHost: x\n\n",
            "POST /nothing HTTP/1.1\nHost: x\nContent-Length: 0\n\n",
            "GET /error HTTP/1.1\nHost: x\n\n",
            "GET /v1/messages HTTP/1.1\nHost: x\n\n",
            "GET / HTTP/1.1\nHost: x\n\n",
            "GET /v1/a|b HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/%zz HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/%00 HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/%ff HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/../../../x HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/a/../x HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/a%5Cb%2f..%2fx HTTP/1.1\nHost: x\n\n",
            "GET /v1/state/a\\b HTTP/1.1\nHost: x\n\n",
            "garbage\n\n",
            "GET /v1/health\n\n",
            "GET /v1/health HTTP/1.1\n\n",
            "GET /v1/health HTTP/1.0\n\n",
            "GET /v1/health HTTP/3.0\nHost: x\n\n",
            "GET /v1/health HTTP/1.1\nHost: x\nBad Header\n\n",
            "GET /v1/health HTTP/1.1\nHost: a b\n\n",
            "GET /v1/health HTTP/1.1\nHost: x\nX: " + "y".repeat(20000) + "\n\n",
            "GET /v1/" + "y".repeat(20000) + " HTTP/1.1\nHost: x\n\n",
            "POST /v1/operators HTTP/1.1\nHost: x\nTransfer-Encoding: foo\n\n",
            "POST /v1/operators HTTP/1.1\nHost: x\nContent-Length: abc\n\n",
            "POST /v1/operators HTTP/1.1\nHost: x\nContent-Length: 5\nContent-Length: 6\n\n",
            "POST /v1/operators HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 22\n\n{\"contact_hash\": \"abc\"}",
            "POST /v1/operators HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 23\n\n{\"contact_hash\": \"abc\"}",
            "POST /v1/operators HTTP/1.1\nHost: x\nContent-Type: application/json\nContent-Length: 99999999\n\n",
            "GET https://user@x/v1/health HTTP/1.1\nHost: x\n\n",
        };
        for (String head : heads) {
            System.out.println("=== " + (head.length() > 120 ? head.substring(0, 120) : head).replace("\n", "\\n"));
            try {
                Raw.Response response = Raw.exchange(server.port(), head);
                System.out.println(response.head().replace("\r\n", " | ") + "\n" + response.text());
            } catch (Exception e) {
                System.out.println("!!! " + e);
            }
        }
        assertThat(1).isEqualTo(1);
    }
}
