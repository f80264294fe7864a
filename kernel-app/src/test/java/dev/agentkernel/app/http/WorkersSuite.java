package dev.agentkernel.app.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.contract.Answer;
import dev.agentkernel.app.contract.WorkerClient;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.workers.Workers;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** The WebSocket of agents. */
abstract class WorkersSuite extends HttpSuite {

    private static final String UNKNOWN_ID = "01a1f84a-963d-726b-92a7-4de452e6b438";

    @Test
    void messageShouldReachTheWorkerAndBeGoneWhenAcknowledged() throws Exception {
        Agent sender = kernel().newAgent();
        Agent agent = kernel().newAgent();
        sender.send(agent, "before \u0000 \"é😀\"").expect(202);
        try (WorkerClient worker = kernel().connect(agent, "w")) {
            JsonNode before = worker.nextMessage();
            assertThat(before.path("content").asString()).isEqualTo("before \u0000 \"é😀\"");
            assertThat(before.path("attempt").asInt()).isEqualTo(1);
            String id = sender.send(agent, "x".repeat(65_536)).expect(202).text("message_id");
            JsonNode after = worker.nextMessage();
            assertThat(after.path("message_id").asString()).isEqualTo(id);
            assertThat(after.path("content").asString()).hasSize(65_536);
            worker.ack(before, after);
            assertThat(worker.next("acked").path("message_ids")).hasSize(2);
            // Twice is once.
            worker.ack(before);
            assertThat(worker.next("acked").path("unknown")).hasSize(1);
        }
        assertThat(agent.takeContents()).isEmpty();
    }

    @Test
    void sendShouldBeAnsweredWithItsRefAndByTheRulesOfRequests() throws Exception {
        Agent agent = kernel().newAgent();
        Agent recipient = kernel().newAgent();
        try (WorkerClient worker = kernel().connect(agent, "w")) {
            Map<String, Object> send = Map.of(
                    "type", "send", "ref", "1", "to", recipient.address(), "content", "hi", "idempotency_key", "k");
            worker.say(send);
            JsonNode sent = worker.next("sent");
            assertThat(sent.path("ref").asString()).isEqualTo("1");
            worker.say(send);
            assertThat(worker.next("sent").path("message_id")).isEqualTo(sent.path("message_id"));
            worker.say(Map.of("type", "send", "ref", "2", "to", "tab_00000000000000000000", "content", "x"));
            JsonNode error = worker.next("error");
            assertThat(error.path("ref").asString()).isEqualTo("2");
            assertThat(error.path("error").asString()).isEqualTo("not_found");
            worker.sayRaw("{\"type\":\"send\",\"ref\":\"3\",\"to\":5}");
            assertThat(worker.next("error").path("ref").asString()).isEqualTo("3");
            worker.sayRaw("{\"type\":\"send\",\"ref\":\"4\",\"to\":\"" + recipient.address() + "\"}");
            assertThat(worker.next("error").path("error").asString()).isEqualTo("bad_request");
        }
        assertThat(recipient.takeContents()).containsExactly("hi");
    }

    @Test
    void sendsShouldCountAgainstTheBudgetAndAcknowledgementsNot() throws Exception {
        Operator operator = narrowKernel().newOperator();
        Agent agent = operator.newAgent();
        Agent recipient = operator.newAgent();
        try (WorkerClient worker = narrowKernel().connect(agent, "w");
                WorkerClient taker = narrowKernel().connect(recipient, "w")) {
            JsonNode answer = null;
            int sent = -1;
            do {
                sent++;
                worker.say(Map.of("type", "send", "to", recipient.address(), "content", "x"));
                answer = worker.next();
                if (answer.path("type").asString().equals("sent")) {
                    taker.ack(taker.nextMessage());
                    taker.next("acked");
                }
                // The budget grows by one each second, so on a slow machine more than its burst are sent.
            } while (answer.path("type").asString().equals("sent") && sent < 1_000);
            assertThat(sent).isBetween(60, 999);
            JsonNode error = answer;
            assertThat(error.path("error").asString()).isEqualTo("rate_limited");
            assertThat(error.path("retry_after").asInt()).isPositive();
        }
    }

    @Test
    void messagesInHandShouldStayWithinTheCredit() throws Exception {
        Agent agent = kernel().newAgent();
        try (WorkerClient worker = kernel().connect(agent, "w")) {
            worker.credit(2);
            // The answer to a frame of after it tells that the credit counts.
            worker.say(Map.of("type", "ack", "message_ids", List.of(UNKNOWN_ID)));
            worker.next("acked");
            for (int i = 0; i < 5; i++) {
                agent.send(agent, "m" + i).expect(202);
            }
            JsonNode first = worker.nextMessage();
            JsonNode second = worker.nextMessage();
            worker.say(Map.of("type", "ack", "message_ids", List.of(UNKNOWN_ID)));
            worker.next("acked");
            assertThat(worker.waiting()).isZero();
            worker.ack(first);
            // Dealt out by another thread, the next message may overtake the answer.
            List<JsonNode> frames = List.of(worker.next(), worker.next());
            assertThat(frames)
                    .extracting(frame -> frame.path("type").asString())
                    .containsExactlyInAnyOrder("acked", "message");
            assertThat(frames)
                    .extracting(frame -> frame.path("message").path("content").asString(""))
                    .contains("m2");
            worker.credit(4);
            assertThat(worker.nextMessage().path("content").asString()).isEqualTo("m3");
            assertThat(worker.nextMessage().path("content").asString()).isEqualTo("m4");
            worker.nack(second);
            JsonNode again = worker.nextMessage();
            assertThat(again.path("message_id")).isEqualTo(second.path("message_id"));
            assertThat(again.path("attempt").asInt()).isEqualTo(2);
            worker.sayRaw("{\"type\":\"credit\",\"credit\":1001}");
            assertThat(worker.next("error").path("error").asString()).isEqualTo("bad_request");
        }
    }

    @Test
    void messagesShouldSpreadOverTheWorkersAndGoOnWhenOneDies() throws Exception {
        Agent agent = kernel().newAgent();
        try (WorkerClient first = kernel().connect(agent, "first");
                WorkerClient second = kernel().connect(agent, "second")) {
            for (int i = 0; i < 40; i++) {
                agent.send(agent, "m" + i).expect(202);
            }
            Set<String> ofFirst = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                ofFirst.add(first.nextMessage().path("content").asString());
            }
            List<JsonNode> ofSecond = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                ofSecond.add(second.nextMessage());
            }
            assertThat(ofSecond)
                    .noneMatch(
                            message -> ofFirst.contains(message.path("content").asString()));
            second.credit(100);
            first.abort();
            Set<String> moved = new HashSet<>();
            for (int i = 0; i < 20; i++) {
                moved.add(second.nextMessage().path("content").asString());
            }
            assertThat(moved).isEqualTo(ofFirst);
        }
    }

    @Test
    void sameWorkerConnectingAgainShouldEndItsOlderSocketAndGetItsMessages() throws Exception {
        Agent agent = kernel().newAgent();
        agent.send(agent, "held").expect(202);
        try (WorkerClient older = kernel().connect(agent, "w")) {
            JsonNode held = older.nextMessage();
            try (WorkerClient newer = kernel().connect(agent, "w")) {
                assertThat(older.closeCode()).isEqualTo(4002);
                JsonNode again = newer.nextMessage();
                assertThat(again.path("message_id")).isEqualTo(held.path("message_id"));
                assertThat(again.path("lease_id")).isNotEqualTo(held.path("lease_id"));
                newer.ack(again);
                assertThat(newer.next("acked").path("message_ids")).hasSize(1);
            }
        }
    }

    @Test
    void workerShouldNotAcknowledgeWhatIsInAnothersHands() throws Exception {
        Agent agent = kernel().newAgent();
        agent.send(agent, "held").expect(202);
        try (WorkerClient holder = kernel().connect(agent, "holder")) {
            JsonNode held = holder.nextMessage();
            try (WorkerClient other = kernel().connect(agent, "other")) {
                other.ack(held);
                assertThat(other.next("acked").path("unknown")).hasSize(1);
            }
            holder.ack(held);
            assertThat(holder.next("acked").path("message_ids")).hasSize(1);
        }
    }

    @Test
    void frameThatIsNoneShouldCloseTheSocket() throws Exception {
        Agent agent = kernel().newAgent();
        for (String text :
                List.of("", "[]", "{", "{\"type\":\"shout\"}", "{}", "null", "{\"type\":\"ack\",\"type\":1}")) {
            try (WorkerClient worker = kernel().connect(agent, "w")) {
                worker.sayRaw(text);
                assertThat(worker.closeCode()).as(text).isEqualTo(4400);
            }
        }
    }

    @Test
    void oneWorkerTooManyShouldBeClosed() throws Exception {
        Agent agent = kernel().newAgent();
        List<WorkerClient> workers = new ArrayList<>();
        try {
            for (int i = 0; i < Workers.WORKERS_PER_AGENT_MAX; i++) {
                workers.add(kernel().connect(agent, "w" + i));
            }
            try (WorkerClient more = kernel().open(agent, "more")) {
                assertThat(more.closeCode()).isEqualTo(4429);
            }
            // One that is there already may come back.
            workers.add(kernel().connect(agent, "w0"));
            assertThat(workers.getFirst().closeCode()).isEqualTo(4002);
        } finally {
            workers.forEach(WorkerClient::close);
        }
    }

    @Test
    void replacedTokenShouldEndTheSocketAndGiveItsMessagesBack() throws Exception {
        Agent agent = kernel().newAgent();
        agent.send(agent, "held").expect(202);
        try (WorkerClient worker = kernel().connect(agent, "w")) {
            worker.nextMessage();
            String token =
                    agent.client().post("/v1/agents/me/token").expect(200).text("agent_token");
            assertThat(worker.closeCode()).isEqualTo(4403);
            Agent now = new Agent(agent.address(), token, kernel().anyone().as(token));
            try (WorkerClient again = kernel().connect(now, "w")) {
                assertThat(again.nextMessage().path("content").asString()).isEqualTo("held");
            }
        }
    }

    @Test
    void handshakeShouldBeRefusedAsAnyRequestIs() {
        Agent agent = kernel().newAgent();
        agent.client().get("/ws/agent").expectError(400, "bad_request");
        for (String workerId : List.of("", "w".repeat(129), "a%00b", "a%0Ab")) {
            Answer refused = agent.client().get("/ws/agent?worker_id=" + workerId);
            assertThat(refused.expectError(400, "bad_request").text("message")).contains("'worker_id'");
        }
        kernel().anyone().get("/ws/agent").expectError(401, "unauthorized");
        kernel().newOperator().client().get("/ws/agent").expectError(401, "unauthorized");
        agent.client().post("/ws/agent").expectError(405, "method_not_allowed");
    }

    @Test
    void handshakeShouldBeRefusedWhileTheStorageFails() {
        String unknown = "at_live_" + "0123456789abcdef".repeat(4);
        kernel().faults()
                .during(
                        new StorageException(StorageException.Remedy.RETRY, "away", new IllegalStateException("away")),
                        () -> kernel().anyone().as(unknown).get("/ws/agent").expectError(503, "unavailable"));
        kernel().faults()
                .during(
                        new IllegalStateException("broken"),
                        () -> kernel().anyone().as(unknown).get("/ws/agent").expectError(500, "internal_error"));
    }

    @Test
    void manyThatConnectAtOnceShouldAllBeServed() throws Exception {
        Operator operator = kernel().newOperator();
        Agent sender = operator.newAgent();
        List<Agent> agents = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            agents.add(operator.newAgent());
            sender.send(agents.get(i), "for " + i).expect(202);
        }
        List<Thread> threads = new ArrayList<>();
        List<String> received = java.util.Collections.synchronizedList(new ArrayList<>());
        for (Agent agent : agents) {
            threads.add(Thread.ofVirtual().start(() -> {
                try (WorkerClient worker = kernel().connect(agent, "w")) {
                    JsonNode message = worker.nextMessage();
                    worker.ack(message);
                    worker.next("acked");
                    received.add(message.path("content").asString());
                } catch (Exception fault) {
                    received.add(fault.toString());
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(received)
                .hasSize(50)
                .allMatch(content -> content.startsWith("for "))
                .doesNotHaveDuplicates();
    }
}
