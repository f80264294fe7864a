package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The {@code Idempotency-Key}: a repeated send never sends twice. */
abstract class IdempotencySuite extends HttpSuite {

    @Test
    void repeatedSendShouldGiveTheFirstAnswerAndSendOnce() {
        Agent sender = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        Answer first = sender.send(recipient, "x", "order-4711").expect(202);
        Answer again = sender.send(recipient, "x", "order-4711").expect(202);
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(recipient.takeContents()).containsExactly("x");
        // Even when the message has gone its way.
        assertThat(sender.send(recipient, "x", "order-4711").expect(202).json()).isEqualTo(first.json());
        assertThat(recipient.takeContents()).isEmpty();
    }

    @Test
    void keyShouldNotServeForAnotherMessage() {
        Agent sender = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        sender.send(recipient, "x", "k").expect(202);
        sender.send(recipient, "y", "k").expectError(422, "idempotency_mismatch");
        sender.send(sender, "x", "k").expectError(422, "idempotency_mismatch");
        assertThat(recipient.takeContents()).containsExactly("x");
        assertThat(sender.takeContents()).isEmpty();
    }

    @Test
    void keyShouldBeTheSendersOwn() {
        Agent one = kernel().newAgent();
        Agent other = kernel().newAgent();
        Answer ofOne = one.send(one, "x", "k").expect(202);
        Answer ofOther = other.send(one, "x", "k").expect(202);
        assertThat(ofOther.text("message_id")).isNotEqualTo(ofOne.text("message_id"));
        assertThat(one.takeContents()).containsExactly("x", "x");
    }

    @Test
    void keyShouldNotBeUsedUpByARefusal() {
        Agent sender = kernel().newAgent();
        sender.client()
                .header("Idempotency-Key", "k")
                .post("/v1/messages", Map.of("to", "tab_aaaaaaaaaaaaaaaaaaaa", "content", "x"))
                .expectError(404, "not_found");
        sender.client()
                .header("Idempotency-Key", "k")
                .post("/v1/messages", Map.of("to", sender.address(), "content", ""))
                .expectError(400, "bad_request");
        sender.send(sender, "y", "k").expect(202);
        assertThat(sender.takeContents()).containsExactly("y");
    }

    @Test
    void keysShouldBeToldApartAsTheyStand() {
        Agent agent = kernel().newAgent();
        List<String> keys = List.of("a", "A", "\"a\"", "a b", "a,b", "%61", "x".repeat(255));
        for (String key : keys) {
            agent.send(agent, key, key).expect(202);
        }
        assertThat(agent.takeContents()).isEqualTo(keys);
    }

    @Test
    void keyShouldBeLimitedByItsBytes() {
        Agent agent = kernel().newAgent();
        agent.send(agent, "x", "x".repeat(256)).expectError(400, "bad_request");
        rawSend(agent, "Idempotency-Key: " + latin(("é".repeat(127) + "x"))).expect(202);
        rawSend(agent, "Idempotency-Key: " + latin("é".repeat(128))).expectError(400, "bad_request");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Idempotency-Key:", "Idempotency-Key:   ", "Idempotency-Key: a\r\nIdempotency-Key: b"})
    void keyShouldBeRefusedWhenItIsEmptyOrTwofold(String lines) {
        Agent agent = kernel().newAgent();
        rawSend(agent, lines).expectError(400, "bad_request");
        assertThat(agent.takeContents()).isEmpty();
    }

    private static String latin(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private Answer rawSend(Agent agent, String lines) {
        String body = "{\"to\":\"" + agent.address() + "\",\"content\":\"x\"}";
        return kernel().anyone()
                .raw("POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + agent.token()
                        + "\r\nContent-Type: application/json\r\n" + lines + "\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body);
    }

    @Test
    void concurrentRepetitionsShouldSendOnce() {
        Agent sender = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        List<CompletableFuture<Answer>> attempts = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            attempts.add(CompletableFuture.supplyAsync(() -> sender.send(recipient, "once", "race")));
        }
        assertThat(attempts.stream()
                        .map(attempt -> attempt.join().expect(202).json())
                        .distinct())
                .hasSize(1);
        assertThat(recipient.takeContents()).containsExactly("once");
    }

    @Test
    void keyShouldServeAgainAfterADay() {
        Agent agent = kernels().get(KernelSetup.RESTARTED).newAgent();
        agent.send(agent, "x", "daily").expect(202);
        kernels()
                .letIdempotencyKeysAge(
                        KernelSetup.RESTARTED, Duration.ofHours(23).plusMinutes(55));
        agent.send(agent, "y", "daily").expectError(422, "idempotency_mismatch");
        kernels().letIdempotencyKeysAge(KernelSetup.RESTARTED, Duration.ofMinutes(6));
        agent.send(agent, "y", "daily").expect(202);
        assertThat(agent.takeContents()).containsExactly("x", "y");
    }
}
