package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.contract.Answer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Messages on their way to a receiver over TLS, as sender, recipient and receiver see it. */
abstract class WebhookSuite extends HttpSuite {

    private static final Duration AMPLE = Duration.ofSeconds(60);

    private HttpsReceiver receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = new HttpsReceiver();
    }

    @AfterEach
    void stopListening() {
        receiver.close();
    }

    private RunningKernel pushing() {
        return kernels().get(KernelSetup.PUSHING);
    }

    private Answer setWebhook(Agent agent) {
        return agent.client()
                .put("/v1/agents/me/webhook", Map.of("webhook_url", receiver.url()))
                .expect(200);
    }

    private static Answer webhook(Agent agent) {
        return agent.client().get("/v1/agents/me/webhook").expect(200);
    }

    /** As the receiver's guide tells. */
    private static String signatureOf(HttpsReceiver.Request request, String secret) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            String signed = request.id() + "." + request.timestamp() + "." + request.body();
            return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException missing) {
            throw new IllegalStateException(missing);
        }
    }

    @Test
    void messagesShouldBePushedInOrderSignedAndBeGoneFromTheQueue() {
        Agent sender = pushing().newAgent();
        Agent agent = pushing().newAgent();
        String secret = setWebhook(agent).text("webhook_secret");
        List<String> ids = new ArrayList<>();
        for (String content : List.of("one", "two \"quoted\" \u00e4\u0000", "three")) {
            ids.add(sender.send(agent, content).expect(202).text("message_id"));
        }

        await().atMost(AMPLE).until(() -> receiver.requests().size() == 3);

        assertThat(receiver.requests()).extracting(HttpsReceiver.Request::id).containsExactlyElementsOf(ids);
        assertThat(receiver.requests())
                .allSatisfy(request -> assertThat(request.signature()).isEqualTo(signatureOf(request, secret)));
        assertThat(receiver.requests().get(1).body()).contains("two \\\"quoted\\\" \u00e4\\u0000");
        await().atMost(AMPLE).until(() -> pushes(agent) == 3);
        assertThat(agent.takeContents()).isEmpty();
        Answer shown = webhook(agent);
        assertThat(shown.text("circuit")).isEqualTo("closed");
        assertThat(shown.json().path("attempts").path(0).path("outcome").asString())
                .isEqualTo("delivered");
    }

    private long pushes(Agent agent) {
        List<String> methods = new ArrayList<>();
        pushing()
                .anyone()
                .get("/observe/events?type=message_delivered&limit=1000&agent=" + agent.address())
                .expect(200)
                .json()
                .path("events")
                .forEach(event ->
                        methods.add(event.path("data").path("delivery_method").asString()));
        return methods.stream().filter("push"::equals).count();
    }

    @Test
    void replacedSecretShouldSignBesideTheNewOne() {
        Agent sender = pushing().newAgent();
        Agent agent = pushing().newAgent();
        String before = setWebhook(agent).text("webhook_secret");
        String after = setWebhook(agent).text("webhook_secret");
        sender.send(agent, "signed twice").expect(202);

        await().atMost(AMPLE).until(() -> receiver.requests().size() == 1);

        HttpsReceiver.Request request = receiver.requests().getFirst();
        assertThat(request.signature()).isEqualTo(signatureOf(request, after) + " " + signatureOf(request, before));
    }

    @Test
    void whatCannotBePushedShouldBeThereToBeFetched() {
        receiver.answerWith(503);
        Agent sender = pushing().newAgent();
        Agent agent = pushing().newAgent();
        setWebhook(agent);
        String id = sender.send(agent, "in the end").expect(202).text("message_id");
        List<String> fetched = new ArrayList<>();

        await().atMost(AMPLE).until(() -> {
            fetched.addAll(agent.takeContents());
            return !fetched.isEmpty();
        });

        assertThat(fetched).containsExactly("in the end");
        assertThat(receiver.requests())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.id()).isEqualTo(id));
        Answer shown = webhook(agent);
        assertThat(shown.json().path("failures_in_row").asInt()).isEqualTo(2);
        assertThat(shown.json().path("attempts").path(0).path("status").asInt()).isEqualTo(503);
    }

    @Test
    void observersShouldSeeHowWebhooksFareButNotWhereTheyAre() {
        receiver.answerWith(503);
        Agent sender = pushing().newAgent();
        Agent failing = pushing().newAgent();
        Agent idle = pushing().newAgent();
        setWebhook(failing);
        setWebhook(idle);
        sender.send(failing, "x").expect(202);
        await().atMost(AMPLE)
                .until(() -> observed(failing).path("failures_in_row").asInt() == 2);

        JsonNode seen = observed(failing);
        assertThat(seen.path("attempts").path(0).path("outcome").asString()).isEqualTo("http_status");
        assertThat(seen.path("circuit").asString()).isEqualTo("closed");
        assertThat(observed(idle).path("attempts")).isEmpty();
        Answer all = pushing().anyone().get("/observe/webhooks?limit=1000").expect(200);
        assertThat(all.json().toString()).doesNotContain(receiver.url(), "https", "whsec");
        Answer first = pushing().anyone().get("/observe/webhooks?limit=1").expect(200);
        assertThat(pushing()
                        .anyone()
                        .get("/observe/webhooks?limit=1&cursor=" + first.text("next_cursor"))
                        .expect(200)
                        .json()
                        .path("webhooks")
                        .path(0))
                .isEqualTo(all.json().path("webhooks").path(1));
        pushing().anyone().get("/observe/webhooks?cursor=x").expectError(400, "bad_request");
        narrowKernel().anyoneAt("203.0.113.160").get("/observe/webhooks").expectError(401, "unauthorized");
    }

    private JsonNode observed(Agent agent) {
        return pushing()
                .anyone()
                .get("/observe/webhooks?limit=1000")
                .expect(200)
                .json()
                .path("webhooks")
                .valueStream()
                .filter(webhook -> webhook.path("address").asString().equals(agent.address()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void receiverThatIsGoneShouldTurnTheWebhookOff() {
        receiver.answerWith(410);
        Agent sender = pushing().newAgent();
        Agent agent = pushing().newAgent();
        setWebhook(agent);
        sender.send(agent, "too late").expect(202);
        List<String> fetched = new ArrayList<>();

        await().atMost(AMPLE).until(() -> {
            fetched.addAll(agent.takeContents());
            return !fetched.isEmpty();
        });

        assertThat(fetched).containsExactly("too late");
        agent.client().get("/v1/agents/me/webhook").expectError(404, "not_found");
    }

    @Test
    void testShouldTellWhatTheReceiverAnsweredAndLeaveNoTrace() {
        Agent agent = pushing().newAgent();
        agent.client().post("/v1/agents/me/webhook/test").expectError(404, "not_found");
        setWebhook(agent);
        Answer well = agent.client().post("/v1/agents/me/webhook/test").expect(200);
        assertThat(well.text("outcome")).isEqualTo("delivered");
        assertThat(receiver.requests().getFirst().id()).isEqualTo(well.text("message_id"));
        receiver.answerWith(500);
        Answer ill = agent.client().post("/v1/agents/me/webhook/test").expect(200);
        assertThat(ill.text("outcome")).isEqualTo("http_status");
        assertThat(ill.json().path("status").asInt()).isEqualTo(500);
        receiver.close();
        Answer dead = agent.client().post("/v1/agents/me/webhook/test").expect(200);
        assertThat(dead.text("outcome")).isEqualTo("connection_failed");
        assertThat(dead.json().has("status")).isFalse();
        agent.client().post("/v1/agents/me/webhook/test").expect(200);
        requireLimited(() -> agent.client().post("/v1/agents/me/webhook/test"));
        assertThat(webhook(agent).json().path("attempts")).isEmpty();
    }
}
