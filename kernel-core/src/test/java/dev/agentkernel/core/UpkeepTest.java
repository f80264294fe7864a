package dev.agentkernel.core;

import static org.awaitility.Awaitility.await;

import dev.agentkernel.core.auth.AuthenticationListener;
import dev.agentkernel.core.auth.Authenticator;
import dev.agentkernel.core.auth.KernelSecret;
import dev.agentkernel.core.auth.Tokens;
import dev.agentkernel.core.cluster.LocalWakeups;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.LeaseKeeper;
import dev.agentkernel.core.messages.MessageExpiry;
import dev.agentkernel.core.messages.MessagingSettings;
import dev.agentkernel.core.observation.ActivityProjector;
import dev.agentkernel.core.storage.MessageStore;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class UpkeepTest {

    private static final int ROUNDS = 3;

    private final MemoryStorage storage = new MemoryStorage(new SettableClock());

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(storage);

    /** Messages of which everything that is asked is answered alike. */
    private static MessageStore answering(Supplier<Object> answer) {
        return (MessageStore) Proxy.newProxyInstance(
                MessageStore.class.getClassLoader(),
                new Class<?>[] {MessageStore.class},
                (store, method, arguments) -> answer.get());
    }

    @Test
    void faultShouldEndNeitherTheNextRoundsNorWhatElseIsDone() {
        AtomicInteger faults = new AtomicInteger();
        AtomicInteger looks = new AtomicInteger();
        MessageStore failing = answering(() -> {
            faults.incrementAndGet();
            throw new IllegalStateException("a bug");
        });
        MessageStore empty = answering(() -> {
            looks.incrementAndGet();
            return List.of();
        });
        Tokens tokens = new Tokens(new KernelSecret(ByteString.ofHex("21".repeat(32))));
        try (Upkeep upkeep = new Upkeep(
                new LeaseKeeper(running.commits(), failing, MessagingSettings.DEFAULT),
                new MessageExpiry(running.commits(), empty),
                new ActivityProjector(storage.activity()),
                new Authenticator(
                        storage.credentials(),
                        tokens,
                        new LocalWakeups(),
                        AuthenticationListener.NONE,
                        System::nanoTime),
                null)) {
            upkeep.start();
            await().atMost(Duration.ofSeconds(60)).until(() -> faults.get() >= ROUNDS && looks.get() >= ROUNDS);
        }
    }
}
