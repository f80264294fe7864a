package dev.agentkernel.api.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.agentkernel.api.sockets.RawSocket;
import dev.agentkernel.api.sockets.SocketRules;
import dev.agentkernel.api.sockets.SocketServer;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.KernelListeners;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.cluster.LocalPresence;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.LeaseHolder;
import dev.agentkernel.core.registry.RegisteredAgent;
import dev.agentkernel.core.workers.Workers;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of a socket whose token was looked at before its handshake, and is looked at again when it opens. */
class AgentSocketTest {

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final LocalWakeups wakeups = new LocalWakeups();
    private final Kernel kernel = new Kernel(
            storage,
            Kernel.Settings.DEFAULT,
            new Kernel.Environment(
                    new KernelSecret(KernelSecret.generate()),
                    clock,
                    wakeups,
                    url -> Optional.empty(),
                    KernelListeners.NONE,
                    fatal -> {}));
    private final Workers workers = new Workers(
            kernel.messages(),
            kernel.authenticator(),
            new LocalPresence("me", "test", clock, wakeups),
            wakeups,
            LeaseHolder.socketsOf("me"),
            UUID::randomUUID,
            System::nanoTime);
    private RegisteredAgent agent;

    @BeforeEach
    void registerAgent() {
        kernel.start();
        OperatorCaller operator = kernel.authenticator()
                .operator(kernel.registry().registerOperator("hash", null).apiKey());
        agent = kernel.registry()
                .registerAgent(operator, kernel.registry().issueChallenge().id(), "anything", null);
    }

    @AfterEach
    void stop() throws Exception {
        workers.close();
        kernel.close();
    }

    /** Connects with a token, and returns the first frame that the server sends. */
    private RawSocket.Frame firstFrame(String token) throws Exception {
        AgentCaller caller = new AgentCaller(agent.address(), 1);
        try (SocketServer server = new SocketServer(
                        SocketRules.named("agent"),
                        socket -> new AgentSocket(socket, kernel, workers, caller, "w", "Bearer " + token));
                RawSocket client = new RawSocket(server.port())) {
            return client.read();
        }
    }

    private void assertNobodyConnected() {
        await().atMost(Duration.ofSeconds(60)).until(() -> workers.connected() == 0);
    }

    @Test
    void socketShouldBeToldToComeAgainWhenTheStorageIsAway() throws Exception {
        storage.failNextLookup(MemoryStorage.away());
        assertThat(firstFrame(agent.token()).code()).isEqualTo(1013);
        assertNobodyConnected();
        assertThat(firstFrame(agent.token()).text()).contains("hello");
        assertNobodyConnected();
    }

    @Test
    void socketShouldBeClosedWhenItsTokenWasRevokedMeanwhile() throws Exception {
        kernel.accounts().rotateToken(kernel.authenticator().agent(agent.token()));
        assertThat(firstFrame(agent.token()).code()).isEqualTo(4401);
        assertNobodyConnected();
    }
}
