package dev.agentkernel.webhooks.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.webhooks.NameResolver;
import dev.agentkernel.webhooks.Verdict;
import dev.agentkernel.webhooks.WebhookUrlGuard;
import dev.agentkernel.webhooks.WebhookUrlSettings;
import dev.agentkernel.webhooks.testing.ScriptedReceiver;
import dev.agentkernel.webhooks.testing.ScriptedReceiver.Script;
import dev.agentkernel.webhooks.testing.TestIdentity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Which connection a request takes. */
class ConnectionReuseTest {

    private static final TestIdentity IDENTITY = TestIdentity.create();
    private static final Duration AMPLE = Duration.ofSeconds(60);
    private static final String FIRST = "127.0.0.1";
    private static final String SECOND = "127.0.0.2";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    private static final WebhookExchange.Request EMPTY =
            new WebhookExchange.Request(Map.of(), ByteString.ofUtf8("{}").orElseThrow());
    private static final Reply DELIVERED = new Reply.Answered(200, null);
    private static final Script HONEST = visit -> {
        while (true) {
            visit.read();
            visit.write(OK);
        }
    };

    private final WebhookExchange exchange = new WebhookExchange(
            ExchangeSettings.defaults().within(AMPLE, AMPLE).bodyWithin(AMPLE),
            IDENTITY.context().getSocketFactory());

    @AfterEach
    void close() {
        exchange.close();
    }

    private Reply post(int port, String... addresses) throws IOException {
        List<InetAddress> checked = new ArrayList<>();
        for (String address : addresses) {
            checked.add(InetAddress.getByName(address));
        }
        URI uri = URI.create("https://" + TestIdentity.HOST + ":" + port + "/");
        return exchange.post(new Verdict.Allowed(uri, checked), EMPTY);
    }

    @Test
    void connectionIsKeptBetweenExchanges() throws IOException {
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, HONEST)) {
            for (int request = 0; request < 5; request++) {
                assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);
            }
            assertThat(receiver.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionThatDiedMeanwhileIsReplaced() throws IOException {
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, visit -> {
            visit.read();
            visit.write(OK);
        })) {
            for (int request = 0; request < 5; request++) {
                assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);
            }
            assertThat(receiver.requests()).hasSize(5);
        }
    }

    /** An answer that nobody asked for would be taken for the answer to the next request. */
    @Test
    void connectionWithAnUnaskedAnswerIsNotUsedAgain() throws IOException {
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, visit -> {
            visit.read();
            visit.write(OK + OK);
            visit.hang();
        })) {
            assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);
            assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);
            assertThat(receiver.connections()).isEqualTo(2);
        }
    }

    @Test
    void addressThatIsNoLongerCheckedIsNotUsed() throws IOException {
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, HONEST)) {
            assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);

            assertThat(post(receiver.port(), SECOND)).isEqualTo(new Reply.Failed(Reply.Fault.CONNECTION_FAILED));

            assertThat(receiver.requests()).hasSize(1);
        }
    }

    @Test
    void nextAddressIsTriedWhenTheFirstIsDead() throws IOException {
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, SECOND, HONEST)) {
            assertThat(post(receiver.port(), FIRST, SECOND)).isEqualTo(DELIVERED);
        }
    }

    @Test
    void nameIsToldToTheReceiver() throws IOException {
        ConcurrentLinkedQueue<String> names = new ConcurrentLinkedQueue<>();
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, visit -> {
            ExtendedSSLSession session = (ExtendedSSLSession) ((SSLSocket) visit.socket()).getSession();
            session.getRequestedServerNames().forEach(name -> names.add(((SNIHostName) name).getAsciiName()));
            visit.read();
            visit.write(OK);
        })) {
            assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);
            assertThat(names).containsExactly(TestIdentity.HOST);
        }
    }

    /** DNS rebinding: the name changes its address right after the check. */
    @Test
    void connectionGoesToTheCheckedAddressWhateverTheNameSaysLater() throws IOException {
        ConcurrentLinkedQueue<String> answers = new ConcurrentLinkedQueue<>(List.of(FIRST, SECOND, SECOND, SECOND));
        NameResolver changing = name -> List.of(InetAddress.getByName(answers.remove()));
        WebhookUrlSettings settings = WebhookUrlSettings.defaults().withDevelopment(false, true);
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, HONEST);
                WebhookUrlGuard guard = new WebhookUrlGuard(settings, changing)) {
            Verdict verdict = guard.check("https://" + TestIdentity.HOST + ":" + receiver.port() + "/");

            Reply reply = exchange.post((Verdict.Allowed) verdict, EMPTY);

            assertThat(reply).isEqualTo(DELIVERED);
            assertThat(answers).as("asked once").hasSize(3);
        }
    }

    @Test
    void closedExchangeKeepsNothing() throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        try (ScriptedReceiver receiver = ScriptedReceiver.overTls(IDENTITY, FIRST, visit -> {
            try {
                HONEST.serve(visit);
            } finally {
                ended.countDown();
            }
        })) {
            assertThat(post(receiver.port(), FIRST)).isEqualTo(DELIVERED);

            exchange.close();

            ended.await();
        }
    }
}
