package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.crash.PushReceiver.Manner;
import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/**
 * A replica that stands still for a minute from the middle of a commit on, under load, with messages in the hands of a socket and of a
 * lease, a push on its way, a worker that connects elsewhere meanwhile and a token that is replaced. Begins with the pause, so that
 * other things can happen during the minute.
 */
final class ClusterPause implements AutoCloseable {

    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final String PUSHED = "/pushed";
    private static final int AGENTS = 5;

    /** So many that some are answered before it can have heard of anything. */
    private static final int READS = 30;

    private final KernelProcess other;
    private final KernelProcess paused;
    private final SharedDatabase database;
    private final PushReceiver receiver = new PushReceiver();
    private final List<Agent> agents;
    private final AgentWorker hands;
    private final AgentWorker displaced;
    private final JsonNode inHand;
    private final JsonNode leased;
    private final ClusterLoad load;
    private final LoadRound loadOfPaused;
    private final long pausedNanos;
    private final AgentWorker heir;
    private final AgentWorker elsewhere;

    /**
     * Fills the hands of a replica and lets it stand still.
     *
     * @param other goes on, and pushes to no webhooks
     * @param paused the only one that pushes as yet
     */
    ClusterPause(KernelProcess other, KernelProcess paused, String name, SharedDatabase database) throws Exception {
        this.other = other;
        this.paused = paused;
        this.database = database;
        try (HttpConnection atOther = new HttpConnection(other.address())) {
            agents = Agent.register(atOther, AGENTS);
            hands = AgentWorker.connect(paused.address(), holding(), "w");
            displaced = AgentWorker.connect(paused.address(), moving(), "w");
            await().atMost(KernelProcess.PATIENCE).until(() -> workersAt(name) == 2);
            holding().send(atOther, holding(), "in hand").expect(202);
            inHand = hands.nextMessage();
            receiver.behave(PUSHED, Manner.KEEPS_WAITING);
            Map<String, String> webhook = Map.of("webhook_url", receiver.url(PUSHED));
            atOther.put("/v1/agents/me/webhook", pushed().token(), webhook).expect(200);
            pushed().send(atOther, pushed(), "on its way").expect(202);
            receiver.awaitMoreThan(PUSHED, 0);
            leasing().send(atOther, leasing(), "leased").expect(202);
            try (HttpConnection atPaused = new HttpConnection(paused.address())) {
                leased = lease(atPaused);
                replacing().read(atPaused, "nothing").expect(404);
            }
            load = new ClusterLoad(paused, other, database);
            loadOfPaused = load.atA();
            loadOfPaused.awaitAnswers(50);
            database.pauseInTheMiddleOfACommit(paused, name);
            pausedNanos = System.nanoTime();
            receiver.behave(PUSHED, Manner.TAKES);
            LoadRound loadOfOther = load.atB();
            loadOfOther.awaitAnswers(40);
            System.out.println("Writes went on "
                    + Duration.ofNanos(System.nanoTime() - pausedNanos).toMillis()
                    + " ms after a replica was paused in the middle of a commit for a minute.");
            loadOfOther.stop();
            load.assertNobodyWasRefused();
            heir = AgentWorker.connect(other.address(), holding(), "heir");
            elsewhere = AgentWorker.connect(other.address(), moving(), "w");
            atOther.post("/v1/agents/me/token", replacing().token(), Map.of()).expect(200);
        }
    }

    private Agent holding() {
        return agents.get(0);
    }

    private Agent leasing() {
        return agents.get(1);
    }

    private Agent pushed() {
        return agents.get(2);
    }

    private Agent moving() {
        return agents.get(3);
    }

    private Agent replacing() {
        return agents.get(4);
    }

    private int workersAt(String replica) {
        return Integer.parseInt(database.ask("SELECT count(*) FROM presence WHERE replica = '" + replica + "'"));
    }

    private JsonNode lease(HttpConnection connection) throws IOException {
        JsonNode messages = connection
                .get("/v1/messages?ack=manual&lease=30&wait=60", leasing().token())
                .expect(200)
                .json()
                .required("messages");
        assertThat(messages).hasSize(1);
        return messages.get(0);
    }

    private long pushesLogged() throws IOException {
        try (HttpConnection atOther = new HttpConnection(other.address())) {
            return atOther.get("/observe/events?type=message_delivered&agent=" + pushed().address(), null)
                    .expect(200)
                    .json()
                    .required("events")
                    .size();
        }
    }

    /** Waits for the rest of the minute, lets the replica go on, and sees that it acts on nothing that it lost. */
    void endAndVerify() throws Exception {
        await().atMost(KernelProcess.PATIENCE).until(() -> System.nanoTime() - pausedNanos > PAUSE.toNanos());
        try (HttpConnection atOther = new HttpConnection(other.address())) {
            JsonNode inherited = heir.nextMessage();
            assertThat(inherited.required("message_id")).isEqualTo(inHand.required("message_id"));
            JsonNode leasedAnew = lease(atOther);
            assertThat(leasedAnew.required("message_id")).isEqualTo(leased.required("message_id"));
            receiver.awaitMoreThan(PUSHED, 1);
            await().atMost(KernelProcess.PATIENCE).until(() -> pushesLogged() == 1);
            goOn();
            Map<String, ?> lease = Map.of("lease_ids", List.of(leasedAnew.required("lease_id")));
            JsonNode done = atOther.post("/v1/messages/ack", leasing().token(), lease)
                    .expect(200)
                    .json();
            assertThat(done.required("acknowledged")).hasSize(1);
            heir.acknowledge(inherited);
            assertThat(heir.next().required("message_ids")).hasSize(1);
            moving().send(atOther, moving(), "still here").expect(202);
            assertThat(elsewhere.nextMessage().required("content").asString()).isEqualTo("still here");
            pushed().send(atOther, pushed(), "next").expect(202);
            await().atMost(KernelProcess.PATIENCE).until(() -> pushesLogged() == 2);
            assertThat(receiver.contentsAt(PUSHED)).containsExactly("on its way", "on its way", "next");
        }
        loadOfPaused.stop();
        load.assertNothingLostOrDoubled();
        assertThat(paused.isAlive()).isTrue();
    }

    private void goOn() throws Exception {
        // They lie before it when it goes on.
        Map<String, ?> lost = Map.of("lease_ids", List.of(leased.required("lease_id")));
        List<CompletableFuture<Reply>> reads = new ArrayList<>();
        for (int i = 0; i < READS; i++) {
            reads.add(asked(connection -> replacing().read(connection, "nothing")));
        }
        CompletableFuture<Reply> written = asked(connection -> replacing().write(connection, "nothing", "too late"));
        CompletableFuture<Reply> acknowledged = asked(
                connection -> connection.post("/v1/messages/ack", leasing().token(), lost));
        hands.acknowledge(inHand);
        receiver.letGo(PUSHED);
        paused.resume();

        for (CompletableFuture<Reply> read : reads) {
            assertThat(read.get(60, TimeUnit.SECONDS).status()).isEqualTo(401);
        }
        assertThat(written.get(60, TimeUnit.SECONDS).status()).isEqualTo(401);
        JsonNode late = acknowledged.get(60, TimeUnit.SECONDS).expect(200).json();
        assertThat(late.required("unknown")).containsExactly(leased.required("lease_id"));
        // It may close the socket of somebody of whom it has heard nothing for a minute.
        JsonNode answer = hands.next();
        assertThat(answer.path("message_ids")).isEmpty();
        assertThat(displaced.closeCode()).isIn(4002, 4408);
        loadOfPaused.awaitAnswers(50);
    }

    private interface Request {
        Reply on(HttpConnection connection) throws IOException;
    }

    /** Of the one that stands still. */
    private CompletableFuture<Reply> asked(Request request) {
        return CompletableFuture.supplyAsync(
                () -> {
                    try (HttpConnection connection = new HttpConnection(paused.address())) {
                        return request.on(connection);
                    } catch (IOException failed) {
                        throw new IllegalStateException(failed);
                    }
                },
                Thread::startVirtualThread);
    }

    @Override
    public void close() throws IOException {
        receiver.close();
        for (AgentWorker worker : List.of(hands, displaced, heir, elsewhere)) {
            worker.close();
        }
        paused.close();
    }
}
