package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.id;

import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a test of queues stands on: Alice and Bob, registered in a storage in memory, and a group commit at work over it. */
abstract class MessagesFixture {

    final SettableClock clock = new SettableClock();
    final MemoryStorage storage = new MemoryStorage(clock);

    @RegisterExtension
    final RunningCommits running = new RunningCommits(storage);

    private final AtomicInteger ids = new AtomicInteger();

    @BeforeEach
    void registerAgents() {
        running.leave(Agents.registration(ALICE), Agents.registration(BOB));
    }

    /** The queues of this storage; ids of messages and of leases count from 1. */
    MessageQueues queues(MessagingSettings settings) {
        return new MessageQueues(
                running.commits(),
                storage.messages(),
                settings,
                new LeaseKeeper(running.commits(), storage.messages(), settings),
                () -> id(ids.incrementAndGet()),
                LeaseHolder.takesOf("me"));
    }

    /** The next commits fail as those of a storage that is away. */
    void storageIsAwayFor(int commits) {
        for (int i = 0; i < commits; i++) {
            storage.failNextCommit(MemoryStorage.away());
        }
    }
}
