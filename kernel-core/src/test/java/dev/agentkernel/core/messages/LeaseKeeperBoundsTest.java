package dev.agentkernel.core.messages;

import static dev.agentkernel.core.messages.Agents.ALICE;
import static dev.agentkernel.core.messages.Agents.BOB;
import static dev.agentkernel.core.messages.Agents.content;
import static dev.agentkernel.core.messages.Agents.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.commit.Batch;
import dev.agentkernel.core.commit.GroupCommit;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.memory.Leaving;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.RunningCommits;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.storage.CommitStore;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.core.storage.StorageException.Remedy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How much the keeper remembers, and how much it does at once. */
class LeaseKeeperBoundsTest {

    private final SettableClock clock = new SettableClock();
    private final MemoryStorage storage = new MemoryStorage(clock);
    private final CountingStore store = new CountingStore();

    @RegisterExtension
    private final RunningCommits running = new RunningCommits(store);

    private final GroupCommit commits = running.commits();
    private final LeaseKeeper keeper = new LeaseKeeper(commits, storage.messages(), MessagingSettings.DEFAULT);

    /** The storage, which may be away; counts the mutations of all batches that it was given. */
    private final class CountingStore implements CommitStore {

        private volatile boolean away;
        private volatile int mutations;

        @Override
        public Committed commit(Batch batch) {
            mutations += batch.size();
            if (away) {
                throw new StorageException(Remedy.RETRY, "away", new java.io.IOException());
            }
            return storage.commit(batch);
        }
    }

    /** Leases of as many queues, none of which is there any more. */
    private static List<HeldLease> leases(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> new HeldLease("tab_" + i, new UUID(3, i), i + 1))
                .toList();
    }

    private void postpone(int endings) {
        store.away = true;
        keeper.giveBack(leases(endings));
        store.mutations = 0;
    }

    @Test
    void tenThousandEndingsWaitAndTheNextIsLeftToRunOut() {
        postpone(10_001);
        store.away = false;
        keeper.commitPostponed();
        assertThat(store.mutations).isEqualTo(10_000);
        postpone(2);
        store.away = false;
        keeper.commitPostponed();
        assertThat(store.mutations).as("there is room again").isEqualTo(2);
    }

    @Test
    void aStorageThatIsAwayIsAskedForAThousandAndTheOthersWait() {
        postpone(2_500);
        keeper.commitPostponed();
        assertThat(store.mutations).isEqualTo(1_000);
        store.away = false;
        store.mutations = 0;
        keeper.commitPostponed();
        keeper.commitPostponed();
        assertThat(store.mutations).isEqualTo(2_500);
    }

    @Test
    void oneRoundSweepsTenThousandLeases() {
        List<LogRecord> records = new ArrayList<>(List.of(Agents.registration(ALICE)));
        for (int i = 0; i < 10_001; i++) {
            records.add(
                    new LogRecord.MessageSent(id(i), BOB.address(), ALICE.address(), content("x"), Route.PULL, null));
        }
        commits.commit(new Leaving(records));
        commits.commit(LeaseMessages.forPull(
                ALICE, new UUID(3, 1), 10_001, 1_000_000, Duration.ofSeconds(1), LeaseHolder.worker("1")));
        clock.advance(Duration.ofSeconds(1));
        assertThat(keeper.runOnce()).isEqualTo(10_000);
        assertThat(keeper.runOnce()).isEqualTo(1);
    }
}
