package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What happens when queues and state are full, on a kernel with little room. */
abstract class CapacitySuite extends HttpSuite {

    private static final int CAPACITY_BYTES = 4_096;
    private static final int QUEUE_MESSAGES_MAX = 5;

    @Test
    void fullQueueShouldRefuseAndTakeAgainWhenThereIsRoom() {
        Agent sender = narrowKernel().newAgent();
        Agent recipient = narrowKernel().newAgent();
        for (int i = 0; i < QUEUE_MESSAGES_MAX; i++) {
            sender.send(recipient, Integer.toString(i), "key " + i).expect(202);
        }
        assertThat(sender.send(recipient, "too many", "late")
                        .expectError(507, "queue_full")
                        .text("message"))
                .contains("5");
        // What was accepted before is answered the same although nothing more would be.
        sender.send(recipient, "0", "key 0").expect(202);
        sender.send(sender, "another queue").expect(202);
        assertThat(Agent.texts(
                        recipient
                                .client()
                                .get("/v1/messages?limit=1")
                                .expect(200)
                                .json()
                                .path("messages"),
                        "content"))
                .containsExactly("0");
        sender.send(recipient, "too many", "late").expect(202);
        assertThat(recipient.takeContents()).containsExactly("1", "2", "3", "4", "too many");
        assertThat(sender.takeContents()).containsExactly("another queue");
    }

    @Test
    void senderShouldBeRefusedWhenItTakesUpItsShareOfAQueue() {
        RunningKernel kernel = kernels().get(KernelSetup.PUSHING);
        Agent sender = kernel.newAgent();
        Agent recipient = kernel.newAgent();
        for (int i = 0; i < 10; i++) {
            sender.send(recipient, Integer.toString(i)).expect(202);
        }
        assertThat(sender.send(recipient, "too many")
                        .expectError(507, "queue_full")
                        .text("message"))
                .contains("at most 10 ");
        recipient.send(recipient, "from another").expect(202);
        assertThat(recipient.takeContents()).hasSize(11);
        sender.send(recipient, "again").expect(202);
    }

    @Test
    void fullQueuesTogetherShouldRefuse() {
        Agent sender = narrowKernel().newAgent();
        Agent recipient = narrowKernel().newAgent();
        sender.send(recipient, "x".repeat(40_000)).expect(202);
        sender.send(sender, "x".repeat(40_000)).expectError(507, "queue_full");
        sender.send(sender, "x".repeat(20_000)).expect(202);
        assertThat(recipient.takeContents()).hasSize(1);
        sender.send(recipient, "x".repeat(40_000)).expect(202);
        assertThat(recipient.takeContents()).hasSize(1);
        assertThat(sender.takeContents()).hasSize(1);
    }

    @Test
    void fullStoreShouldRefuseWhatGrowsAndNothingElse() {
        Agent agent = narrowKernel().newAgent();
        JsonNode empty = capacity(agent);
        assertThat(empty.path("total_bytes").asInt()).isEqualTo(CAPACITY_BYTES);
        assertThat(empty.path("used_bytes").asInt()).isZero();
        assertThat(empty.path("key_count").asInt()).isZero();

        agent.put("%C3%A9", "x".repeat(CAPACITY_BYTES - 3)).expect(200);
        assertThat(capacity(agent).path("used_bytes").asInt()).isEqualTo(CAPACITY_BYTES - 1);
        agent.put("ab", "").expectError(507, "store_full");
        agent.put("a", "").expect(200);
        assertThat(capacity(agent).path("used_bytes").asInt()).isEqualTo(CAPACITY_BYTES);
        assertThat(capacity(agent).path("key_count").asInt()).isEqualTo(2);
        agent.put("a", "x").expectError(507, "store_full");
        agent.put("b", "").expectError(507, "store_full");
        assertThat(agent.read("a").expect(200).text("value")).isEmpty();
        agent.read("b").expectError(404, "not_found");

        agent.put("%C3%A9", "y".repeat(CAPACITY_BYTES - 3)).expect(200);
        agent.put("%C3%A9", "y".repeat(10)).expect(200);
        agent.put("b", "now there is room").expect(200);
        for (String key : new String[] {"%C3%A9", "a", "b"}) {
            agent.delete(key).expect(200);
        }
        assertThat(capacity(agent)).isEqualTo(empty);
    }

    @Test
    void defaultCapacityShouldBeOneGibibyte() {
        assertThat(capacity(kernel().newAgent()).path("total_bytes").asLong()).isEqualTo(1L << 30);
    }

    private static JsonNode capacity(Agent agent) {
        return agent.client().get("/v1/state/_capacity").expect(200).json();
    }
}
