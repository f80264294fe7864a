package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfEnvironmentVariable;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The kernel on a disk of 64 MiB, of which a ballast file takes up what the test wants. */
@DisabledIfEnvironmentVariable(
        named = "KERNEL_TEST_NO_MOUNT",
        matches = "1",
        disabledReason = "KERNEL_TEST_NO_MOUNT=1: no file system may be mounted here")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class FullDiskTest {

    private static final long RESERVE_BYTES = 4 << 20;
    private static final String SECRET = "secret-that-must-go";

    @TempDir
    private Path directory;

    private SmallDisk disk;
    private Path data;
    private KernelProcess kernel;

    @BeforeEach
    void start() throws IOException {
        Path mounted = Files.createDirectory(directory.resolve("disk"));
        disk = SmallDisk.mount(mounted, 64);
        data = mounted.resolve("data");
        kernel = KernelProcess.start(
                data,
                directory,
                Map.of(
                        "kernel.storage.reserve-bytes",
                        Long.toString(RESERVE_BYTES),
                        "kernel.admin.token",
                        Removals.TOKEN));
    }

    @AfterEach
    void stop() {
        kernel.close();
        disk.close();
    }

    @Test
    void growthShouldBeRefusedAndAllElseGoOnWhenTheDiskIsDownToItsReserve() throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            String operatorKey = Agent.registerOperator(connection);
            Agent one = Agent.register(connection, operatorKey);
            Agent other = Agent.register(connection, operatorKey);
            for (int i = 0; i < 10; i++) {
                one.send(connection, other, "message " + i).expect(202);
            }
            one.write(connection, "kept", "value").expect(200);
            one.write(connection, "dropped", "value").expect(200);

            disk.fillUpTo(RESERVE_BYTES / 2);

            one.send(connection, other, "too much").expectError(507, "queue_full");
            one.write(connection, "kept", "grown").expectError(507, "store_full");
            connection
                    .post("/v1/operators", null, Map.of("contact_hash", "too many"))
                    .expectError(507, "store_full");
            String challenge = connection
                    .get("/v1/agents/verification-challenge", operatorKey)
                    .expect(200)
                    .text("challenge_id");
            Agent.answer(connection, operatorKey, challenge).expectError(507, "store_full");

            assertThat(other.read(connection, "kept").expect(200).text("value")).isEqualTo("value");
            assertThat(contents(other.take(connection, 4))).containsExactly(0, 1, 2, 3);
            one.delete(connection, "dropped").expect(200);
            one.read(connection, "dropped").expectError(404, "not_found");
            assertThat(contents(other.take(connection, 100))).containsExactly(4, 5, 6, 7, 8, 9);
            connection.get("/v1/registry", one.token()).expect(200);
            connection.get("/v1/health", null).expect(200);

            disk.free();

            Agent.answer(connection, operatorKey, challenge).expect(201);
            one.send(connection, other, "message 10").expect(202);
            one.write(connection, "kept", "grown").expect(200);
            assertThat(contents(other.take(connection, 100))).containsExactly(10);
        }
        assertThat(EventLogFiles.texts(EventLogFiles.records(data), "state_read", "key"))
                .as("reads that were logged although space was low")
                .isEmpty();
    }

    @Test
    void contentShouldBeRemovedFromADiskThatIsDownToItsReserve() throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            List<Agent> agents = Agent.register(connection, 2);
            agents.getFirst().write(connection, "key", SECRET).expect(200);
            String id = agents.getFirst()
                    .send(connection, agents.getLast(), SECRET)
                    .expect(202)
                    .text("message_id");

            disk.fillUpTo(RESERVE_BYTES / 2);

            Removals.removeState(connection, "key").expect(200);
            Removals.removeMessage(connection, id).expect(200);
            requireGone(connection, agents.getLast());
            await().atMost(KernelProcess.PATIENCE).until(() -> !segments().contains(SECRET));
        }
    }

    @Test
    void contentShouldBeRemovedInTheEndFromADiskThatWasFullToTheLastByte() throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            List<Agent> agents = Agent.register(connection, 2);
            agents.getFirst().write(connection, "key", SECRET).expect(200);

            disk.fill();

            Reply refused = Removals.removeState(connection, "key");
            assertThat(refused.status()).isIn(200, 503, 507);
            disk.free();
            if (refused.status() != 200) {
                await().atMost(KernelProcess.PATIENCE)
                        .until(() -> Removals.removeState(connection, "key").status() == 200);
            }
            requireGone(connection, agents.getLast());
            await().atMost(KernelProcess.PATIENCE).until(() -> !segments().contains(SECRET));
        }
    }

    private static void requireGone(HttpConnection connection, Agent reader) throws IOException {
        assertThat(reader.read(connection, "key").expect(200).text("value")).doesNotContain(SECRET);
        assertThat(reader.take(connection, 10).expect(200).json().required("messages"))
                .isEmpty();
        assertThat(connection
                        .get("/observe/events?limit=1000", null)
                        .expect(200)
                        .json()
                        .toString())
                .doesNotContain(SECRET);
    }

    private String segments() throws IOException {
        StringBuilder all = new StringBuilder();
        for (Path segment : EventLogFiles.segments(data)) {
            all.append(Files.readString(segment));
        }
        return all.toString();
    }

    private static List<Integer> contents(Reply reply) {
        List<Integer> numbers = new ArrayList<>();
        for (JsonNode message : reply.expect(200).json().required("messages")) {
            numbers.add(Integer.parseInt(message.required("content").asString().substring("message ".length())));
        }
        return numbers;
    }

    @Test
    void kernelShouldLoseNothingAndGoOnByItselfWhenTheDiskWasFullToTheLastByte()
            throws IOException, InterruptedException {
        Ledger ledger = new Ledger();
        List<Agent> agents;
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            agents = Agent.register(connection, 4);
        }
        List<Agent> recipients = agents.subList(0, 2);
        List<Taker> takers = new ArrayList<>();
        List<StateWriter> writers = new ArrayList<>();
        List<Actor> actors = new ArrayList<>();
        for (Agent agent : agents) {
            actors.add(new Sender(agent, recipients, ledger, 7));
            writers.add(new StateWriter(agent, ledger, 8));
        }
        recipients.forEach(recipient -> takers.add(new Taker(recipient, ledger, 9)));
        actors.addAll(takers);
        actors.addAll(writers);

        LoadRound load = new LoadRound(kernel.address(), actors);
        for (int round = 0; round < 2; round++) {
            load.awaitAnswers(300);
            disk.fill();
            ledger.awaitRefusals(100);
            disk.fill();
            ledger.awaitRefusals(500);
            disk.free();
        }
        load.awaitAnswers(300);
        load.stop();
        assertThat(kernel.isAlive()).isTrue();
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            for (Taker taker : takers) {
                taker.drain(connection);
            }
            for (StateWriter writer : writers) {
                writer.verify(connection);
            }
        }
        kernel.terminate();
        assertThat(kernel.awaitEnd()).isEqualTo(143);

        assertThat(ledger.violations()).as(kernel.toString()).isEmpty();
        assertThat(ledger.arrived()).isEqualTo(ledger.acknowledged());
        List<JsonNode> log = EventLogFiles.records(data);
        assertThat(EventLogFiles.disorder(log)).isEmpty();
        Map<String, String> logged = new HashMap<>();
        EventLogFiles.events(log, "message_sent")
                .forEach(sent -> logged.put(
                        Post.idIn(sent.required("content").asString()),
                        sent.required("message_id").asString()));
        assertThat(logged).as("what is in the log was acknowledged").isEqualTo(ledger.acknowledged());
        assertThat(EventLogFiles.texts(log, "message_delivered", "message_id"))
                .containsExactlyInAnyOrderElementsOf(ledger.arrived().values());
        System.out.println(ledger.acknowledged().size() + " messages, "
                + ledger.refusedPosts().size() + " refused for want of space; the kernel said:\n" + kernel.output());
    }
}
