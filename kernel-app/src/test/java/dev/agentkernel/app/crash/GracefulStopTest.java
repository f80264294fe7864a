package dev.agentkernel.app.crash;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.process.KernelProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(value = 5, unit = TimeUnit.MINUTES)
class GracefulStopTest {

    @TempDir
    private Path directory;

    private final Ledger ledger = new Ledger();
    private final List<Sender> senders = new ArrayList<>();
    private final List<Taker> takers = new ArrayList<>();
    private final List<StateWriter> writers = new ArrayList<>();

    @Test
    void everythingAcceptedShouldBeAnsweredAndKeptWhenToldToEndUnderLoad() throws IOException, InterruptedException {
        Path data = directory.resolve("data");
        try (KernelProcess kernel = KernelProcess.start(data, directory, Map.of())) {
            LoadRound load = new LoadRound(kernel.address(), populate(kernel));
            load.awaitAnswers(800);
            kernel.terminate();
            load.awaitEnd();
            assertThat(kernel.awaitEnd()).as(kernel.toString()).isEqualTo(143);
            assertThat(kernel.errors()).isEmpty();
        }
        assertThat(ledger.violations()).isEmpty();
        List<JsonNode> log = EventLogFiles.records(data);
        Set<String> answered = new HashSet<>(ledger.acknowledged().values());
        assertThat(EventLogFiles.texts(log, "message_sent", "message_id"))
                .as("what the kernel committed was answered, and the other way round")
                .containsExactlyInAnyOrderElementsOf(answered);
        assertThat(EventLogFiles.texts(log, "message_delivered", "message_id"))
                .as("what arrived was confirmed, and the other way round")
                .containsExactlyInAnyOrderElementsOf(ledger.arrived().values());

        try (KernelProcess again = KernelProcess.start(data, directory, Map.of());
                HttpConnection connection = new HttpConnection(again.address())) {
            assertThat(again.output()).doesNotContain("log records that the tables did not have");
            for (Taker taker : takers) {
                taker.drain(connection);
            }
            for (StateWriter writer : writers) {
                writer.verify(connection);
            }
        }
        assertThat(ledger.violations()).isEmpty();
        assertThat(ledger.arrived()).isEqualTo(ledger.acknowledged());
    }

    private List<Actor> populate(KernelProcess kernel) throws IOException {
        try (HttpConnection connection = new HttpConnection(kernel.address())) {
            List<Agent> agents = Agent.register(connection, 6);
            List<Agent> recipients = agents.subList(0, 2);
            for (int i = 0; i < agents.size(); i++) {
                senders.add(new Sender(agents.get(i), recipients, ledger, i));
            }
            recipients.forEach(recipient -> takers.add(new Taker(recipient, ledger, 1)));
            agents.subList(2, 5).forEach(agent -> writers.add(new StateWriter(agent, ledger, 1)));
        }
        List<Actor> actors = new ArrayList<>(senders);
        actors.addAll(takers);
        actors.addAll(writers);
        return actors;
    }
}
