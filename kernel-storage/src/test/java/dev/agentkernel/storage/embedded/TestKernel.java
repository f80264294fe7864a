package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.OutgoingMessage;
import dev.agentkernel.core.messages.SentMessage;
import dev.agentkernel.core.messages.TakenMessages;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.registry.RegisteredOperator;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.EmbeddedStorage.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** A kernel over an embedded storage, as the application wires it. */
final class TestKernel implements AutoCloseable {

    final EmbeddedStorage storage;
    final Kernel kernel;
    final List<StampedRecord> committed = new CopyOnWriteArrayList<>();
    final List<Throwable> fatal = new CopyOnWriteArrayList<>();
    private final Path directory;

    private TestKernel(EmbeddedStorage storage, InstantSource clock, Path directory) {
        this.storage = storage;
        this.directory = directory;
        KernelSecret secret =
                new KernelSecret(storage.secrets().loadOrCreate("secret-key", () -> ByteString.ofHex("5a".repeat(32))));
        this.kernel = new Kernel(
                storage,
                Kernel.Settings.DEFAULT,
                new Kernel.Environment(
                        secret,
                        clock,
                        new LocalWakeups(),
                        url -> Optional.empty(),
                        new KernelListeners(
                                recorder(),
                                KernelListeners.NONE.authentications(),
                                KernelListeners.NONE.limits(),
                                KernelListeners.NONE.registry()),
                        this::stop));
        kernel.start();
    }

    /** The application ends its process here; a test finds out, and whoever waits for an answer waits in vain. */
    private void stop(Throwable reason) {
        fatal.add(reason);
        LoggerFactory.getLogger(TestKernel.class).error("The kernel has to stop", reason);
    }

    private CommitListener recorder() {
        return new CommitListener() {
            @Override
            public void committed(int mutations, List<StampedRecord> records, Duration took) {
                committed.addAll(records);
            }

            @Override
            public void failed(int mutations, StorageException away) {}
        };
    }

    static TestKernel open(Path directory, InstantSource clock) throws IOException {
        return open(new Settings(directory, 1 << 20, 0), clock);
    }

    static TestKernel open(Settings settings, InstantSource clock) throws IOException {
        return new TestKernel(EmbeddedStorage.open(settings, clock), clock, settings.dataDirectory());
    }

    RegisteredOperator registerOperator() {
        return kernel.registry().registerOperator("hash", true);
    }

    OperatorCaller operator(String apiKey) {
        return kernel.authenticator().operator(apiKey);
    }

    RegisteredAgent registerAgent(String apiKey) {
        String challenge = kernel.registry().issueChallenge().id();
        return kernel.registry().registerAgent(operator(apiKey), challenge, "any", null);
    }

    AgentCaller agent(RegisteredAgent agent) {
        return kernel.authenticator().agent(agent.token());
    }

    SentMessage send(RegisteredAgent from, RegisteredAgent to, String content, @Nullable String key) {
        return kernel.messages()
                .send(
                        agent(from),
                        new OutgoingMessage(
                                to.address(), ByteString.ofUtf8(content).orElseThrow(), key));
    }

    TakenMessages take(RegisteredAgent agent, int most) {
        return kernel.messages().take(agent(agent), most);
    }

    /** Contents of the messages of an answer, in order. */
    static List<String> contents(TakenMessages taken) {
        return taken.messages().stream()
                .map(message -> message.content().toUtf8())
                .toList();
    }

    /** Every row of every table. */
    List<String> dump() throws SQLException {
        try (Connection connection = connect()) {
            return Tables.dump(connection);
        }
    }

    void requireSound() throws SQLException {
        try (Connection connection = connect()) {
            Tables.requireSound(connection);
        }
        assertThat(fatal).isEmpty();
    }

    /** Has H2 write to its file what it would have written half a second later. */
    void writeDatabase() throws SQLException {
        try (Connection connection = connect()) {
            connection.createStatement().execute("CHECKPOINT SYNC");
        }
    }

    /** A connection of its own: within one process H2 lets several at the database that the storage has open. */
    private Connection connect() throws SQLException {
        return DriverManager.getConnection(
                "jdbc:h2:file:" + directory.resolve("kernel").toAbsolutePath() + ";IFEXISTS=TRUE", "kernel", "");
    }

    @Override
    public void close() {
        kernel.close();
        storage.close();
    }
}
