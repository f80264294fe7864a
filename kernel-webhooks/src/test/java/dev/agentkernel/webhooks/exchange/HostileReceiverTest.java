package dev.agentkernel.webhooks.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.webhooks.Verdict;
import dev.agentkernel.webhooks.exchange.Reply.Fault;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import dev.agentkernel.webhooks.testing.ScriptedReceiver.Script;
import dev.agentkernel.webhooks.testing.TestIdentity;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a receiver can do to whoever calls it. Most scripts here would go on for ever: that a test ends at all shows the bound.
 */
class HostileReceiverTest {

    private static final TestIdentity IDENTITY = TestIdentity.create();
    private static final String LOCALHOST = "127.0.0.1";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    private static final ByteString BODY =
            ByteString.ofUtf8("{\"content\":\"grüße\"}").orElseThrow();

    /** Long enough that nothing honest runs into it on a busy machine. */
    private static final Duration AMPLE = Duration.ofSeconds(60);

    private static final Duration SHORT = Duration.ofMillis(300);

    private WebhookExchange exchange = exchangeWithin(AMPLE, AMPLE);

    @AfterEach
    void close() {
        exchange.close();
    }

    private static WebhookExchange exchangeWithin(Duration time, Duration bodyTime) {
        return new WebhookExchange(
                ExchangeSettings.defaults().within(AMPLE, time).bodyWithin(bodyTime),
                IDENTITY.context().getSocketFactory());
    }

    private void limitExchangeTo(Duration time) {
        exchange.close();
        exchange = exchangeWithin(time, time);
    }

    private void limitBodyTo(Duration time) {
        exchange.close();
        exchange = exchangeWithin(AMPLE, time);
    }

    private static ScriptedReceiver receiver(Script script) throws IOException {
        return ScriptedReceiver.overTls(IDENTITY, LOCALHOST, script);
    }

    private Reply post(ScriptedReceiver receiver) throws IOException {
        return post(receiver, "https://" + TestIdentity.HOST + ":" + receiver.port() + "/hook?a=b");
    }

    private Reply post(ScriptedReceiver receiver, String url) throws IOException {
        Verdict.Allowed target = new Verdict.Allowed(URI.create(url), List.of(InetAddress.getByName(LOCALHOST)));
        assertThat(target.uri().getPort()).isEqualTo(receiver.port());
        return exchange.post(target, new WebhookExchange.Request(Map.of("webhook-id", "id-1"), BODY));
    }

    private static Reply answered(int status) {
        return new Reply.Answered(status, null);
    }

    private static Reply failed(Fault fault) {
        return new Reply.Failed(fault);
    }

    @Test
    void honestReceiverGetsTheRequestAsItIs() throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write(OK);
        })) {
            assertThat(post(receiver)).isEqualTo(answered(200));
            assertThat(receiver.requests())
                    .singleElement()
                    .satisfies(request -> assertThat(request)
                            .startsWith("POST /hook?a=b HTTP/1.1\r\nHost: " + TestIdentity.HOST + ":" + receiver.port()
                                    + "\r\n")
                            .contains("\r\nContent-Type: application/json\r\n", "\r\nwebhook-id: id-1\r\n")
                            .doesNotContainIgnoringCase("accept-encoding")
                            .doesNotContainIgnoringCase("expect")
                            .endsWith("\r\n\r\n{\"content\":\"grüße\"}"));
        }
    }

    @Test
    void slowHeadersEndWithTheTime() throws IOException {
        limitExchangeTo(SHORT);
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 200 OK\r\nx: ");
            visit.drip("x", 5);
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.TIMED_OUT));
        }
    }

    @Test
    void silenceAfterTheRequestEndsWithTheTime() throws IOException {
        limitExchangeTo(SHORT);
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.hang();
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.TIMED_OUT));
        }
    }

    @Test
    void silenceInsteadOfHandshakeEndsWithTheTime() throws IOException {
        limitExchangeTo(SHORT);
        try (ScriptedReceiver receiver = ScriptedReceiver.plain(LOCALHOST, ScriptedReceiver.Visit::hang)) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.TIMED_OUT));
        }
    }

    /** Socket time limits do not count writes; the watchdog does. */
    @Test
    void receiverThatReadsNothingEndsWithTheTime() throws IOException {
        limitExchangeTo(SHORT);
        try (ScriptedReceiver receiver = ScriptedReceiver.plain(LOCALHOST, ScriptedReceiver.Visit::hang)) {
            Verdict.Allowed target = new Verdict.Allowed(
                    URI.create("http://" + LOCALHOST + ":" + receiver.port() + "/"),
                    List.of(InetAddress.getByName(LOCALHOST)));

            Reply reply =
                    exchange.post(target, new WebhookExchange.Request(Map.of(), ByteString.wrap(new byte[16 << 20])));

            assertThat(reply).isEqualTo(failed(Fault.TIMED_OUT));
        }
    }

    @Test
    void statusCountsHoweverSlowTheBody() throws IOException {
        limitBodyTo(SHORT);
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 200 OK\r\nContent-Length: 10000\r\n\r\n");
            visit.drip("x", 50);
        })) {
            assertThat(post(receiver)).isEqualTo(answered(200));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
            })
    void endlessBodyIsNotRead(String head) throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write(head);
            visit.drip("400\r\n" + "x".repeat(0x400) + "\r\n", 0);
        })) {
            assertThat(post(receiver)).isEqualTo(answered(200));
            assertThat(post(receiver)).isEqualTo(answered(200));
            assertThat(receiver.connections()).isEqualTo(2);
        }
    }

    @Test
    void compressedBombIsNeverUnpacked() throws IOException {
        ByteArrayOutputStream bomb = new ByteArrayOutputStream();
        try (GZIPOutputStream zip = new GZIPOutputStream(bomb)) {
            zip.write(new byte[10 << 20]);
        }
        try (ScriptedReceiver receiver = receiver(visit -> {
            for (int requests = 0; requests < 2; requests++) {
                visit.read();
                visit.write("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " + bomb.size() + "\r\n\r\n");
                visit.write(bomb.toByteArray());
            }
        })) {
            assertThat(bomb.size()).isLessThan(16_384);
            assertThat(post(receiver)).isEqualTo(answered(200));
            assertThat(post(receiver)).isEqualTo(answered(200));
            assertThat(receiver.connections()).as("skipped as the bytes it is").isEqualTo(1);
        }
    }

    @Test
    void resetIsALostConnection() throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.socket().setSoLinger(true, 0);
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.CONNECTION_LOST));
        }
    }

    @Test
    void endWithinTheHeadersIsALostConnection() throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 200 OK\r\nContent-Le");
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.CONNECTION_LOST));
        }
    }

    @Test
    void nobodyListening() throws IOException {
        ScriptedReceiver gone = receiver(visit -> {});
        gone.close();

        assertThat(post(gone)).isEqualTo(failed(Fault.CONNECTION_FAILED));
    }

    @Test
    void untrustedCertificateGetsNoRequest() throws IOException {
        try (ScriptedReceiver receiver =
                ScriptedReceiver.overTls(TestIdentity.create(), LOCALHOST, ScriptedReceiver.Visit::read)) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.TLS_FAILED));
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @Test
    void certificateOfAnotherNameGetsNoRequest() throws IOException {
        try (ScriptedReceiver receiver = receiver(ScriptedReceiver.Visit::read)) {
            assertThat(post(receiver, "https://other.example.test:" + receiver.port() + "/"))
                    .isEqualTo(failed(Fault.TLS_FAILED));
            assertThat(receiver.requests()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {301, 302, 303, 307, 308})
    void redirectIsAnAnswerLikeAnother(int status) throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 " + status + " Moved\r\nLocation: http://169.254.169.254/latest/meta-data/\r\n"
                    + "Content-Length: 0\r\n\r\n");
            visit.read();
        })) {
            assertThat(post(receiver)).isEqualTo(answered(status));
            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void fewInterimAnswersAreSkipped() throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 100 Continue\r\n\r\n".repeat(AnswerReader.INTERIM_ANSWERS_MAX) + OK);
        })) {
            assertThat(post(receiver)).isEqualTo(answered(200));
        }
    }

    @Test
    void floodOfInterimAnswersIsCutOff() throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.drip("HTTP/1.1 102 Processing\r\n\r\n", 0);
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.ANSWER_TOO_LARGE));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x: y\r\n", "\r\nx: y"})
    void hugeHeadersAreCutOff(String piece) throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write("HTTP/1.1 200 OK\r\na: b");
            visit.drip(piece.repeat(100), 0);
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.ANSWER_TOO_LARGE));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ICY 200 OK\r\n\r\n",
                "HTTP/2 200\r\n\r\n",
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 999 Odd\r\n\r\n",
                "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n",
                "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
                "HTTP/1.1 200 OK\r\n: no name\r\n\r\n",
                "\r\n\r\n",
                "SSH-2.0-OpenSSH_9.2\r\n",
            })
    void whatIsNoAnswerIsRefused(String text) throws IOException {
        try (ScriptedReceiver receiver = receiver(visit -> {
            visit.read();
            visit.write(text);
            visit.hang();
        })) {
            assertThat(post(receiver)).isEqualTo(failed(Fault.ANSWER_MALFORMED));
        }
    }
}
