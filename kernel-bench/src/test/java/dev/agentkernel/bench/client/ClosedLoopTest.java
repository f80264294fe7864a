package dev.agentkernel.bench.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {
    private static final String OK = "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n{}";
    private static final String OK_THEN_CLOSE = "HTTP/1.1 200 \r\nConnection: close\r\nContent-Length: 2\r\n\r\n{}";
    private static final String LIMITED = "HTTP/1.1 429 \r\nContent-Length: 7\r\n\r\ntoo bad";
    private static final Duration LONG = Duration.ofMinutes(1);

    @Test
    void runShouldSendExactlySoManyRequestsWhenTheirNumberIsGiven() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> OK)) {
            LoadResult result = run(server, 8, LONG, 1_000);

            assertThat(result.requests()).isEqualTo(1_000);
            assertThat(result.latencies().getTotalCount()).isEqualTo(1_000);
            assertThat(result.unexpected()).isEmpty();
            assertThat(server.requests()).isEqualTo(1_000);
            assertThat(server.connections()).isEqualTo(8);
        }
    }

    @Test
    void runShouldEndByTimeAndReportTheRateWhenOnlyTimeIsGiven() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> OK)) {
            LoadResult result = run(server, 2, Duration.ofMillis(200), Long.MAX_VALUE);

            assertThat(result.elapsed()).isBetween(Duration.ofMillis(150), Duration.ofSeconds(10));
            assertThat(result.requests()).isPositive().isEqualTo(server.requests());
            assertThat(result.perSecond() * result.elapsed().toNanos() / 1e9)
                    .isCloseTo(result.requests(), org.assertj.core.data.Offset.offset(0.01));
        }
    }

    @Test
    void runShouldCountStatusesThatWereNotExpected() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> n % 10 == 0 ? LIMITED : OK)) {
            LoadResult result = run(server, 4, LONG, 100);

            assertThat(result.unexpected()).isEqualTo(Map.of("429 too bad", 10L));
            assertThat(result.unexpectedCount()).isEqualTo(10);
            assertThat(result.requests()).isEqualTo(90);
        }
    }

    @Test
    void runShouldConnectAnewWhenTheServerClosesAfterAnAnswer() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> n % 10 == 0 ? OK_THEN_CLOSE : OK)) {
            LoadResult result = run(server, 1, LONG, 100);

            assertThat(result.requests()).isEqualTo(100);
            assertThat(result.unexpected()).isEmpty();
            assertThat(result.reconnects()).isEqualTo(10);
        }
    }

    @Test
    void runShouldCountABrokenConnectionAndGoOn() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> n == 5 ? ScriptedServer.HANG_UP : OK)) {
            LoadResult result = run(server, 1, LONG, 20);

            assertThat(result.requests()).isEqualTo(19);
            assertThat(result.unexpected()).hasSize(1);
            assertThat(result.unexpected().keySet().iterator().next()).startsWith("connection broken");
        }
    }

    @Test
    void runShouldWriteARequestThatIsLargerThanTheSocketTakesAtOnce() throws Exception {
        try (ScriptedServer server = new ScriptedServer(n -> OK)) {
            String path = "/" + "x".repeat(20_000_000);
            LoadPlan plan = new LoadPlan(
                    server.address(), 1, new EncodedRequests(List.of(Request.get(path, ""))), 200, LONG, 2);

            assertThat(ClosedLoop.run(plan).requests()).isEqualTo(2);
        }
    }

    @Test
    void runShouldFailWhenNobodyListens() throws Exception {
        // Bound but not listening: a port that was given free could be somebody else's by now.
        try (Socket deaf = new Socket()) {
            deaf.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            InetSocketAddress address = (InetSocketAddress) deaf.getLocalSocketAddress();
            LoadPlan plan = LoadPlan.timed(address, 1, requests(), 200, Duration.ofMillis(100));

            assertThatExceptionOfType(IOException.class).isThrownBy(() -> ClosedLoop.run(plan));
        }
    }

    private static LoadResult run(ScriptedServer server, int connections, Duration duration, long requestsMax)
            throws IOException {
        return ClosedLoop.run(new LoadPlan(server.address(), connections, requests(), 200, duration, requestsMax));
    }

    private static RequestSource requests() {
        return new EncodedRequests(List.of(Request.get("/a", "t"), Request.get("/b", "t")));
    }
}
