package dev.agentkernel.core.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.auth.Caller;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.memory.MemoryStorage;
import dev.agentkernel.core.memory.SettableClock;
import dev.agentkernel.core.messages.DeliveryMethod;
import dev.agentkernel.core.messages.LeasedMessage;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.removal.Removal;
import dev.agentkernel.core.removal.RemovalTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class HintsTest {

    private static final UUID ID = new UUID(1, 1);
    private static final List<LeasedMessage> MESSAGES = List.of(new LeasedMessage(3, ID, 1, 1));

    private final LocalWakeups wakeups = new LocalWakeups();
    private final Recorder recorder = new Recorder();

    private static final class Recorder implements Wakeups.Listener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void onAgentHasMail(String address) {
            heard.add("mail for " + address);
        }

        @Override
        public void onAgentHasPush(String address) {
            heard.add("push for " + address);
        }

        @Override
        public void onReplicaDied(String name) {
            heard.add("dead: " + name);
        }

        @Override
        public void onLogReached(long seq) {
            heard.add("log at " + seq);
        }

        @Override
        public void onStateChanged(int keyHash) {
            heard.add("state " + keyHash);
        }

        @Override
        public void onCredentialRevoked(Caller current) {
            heard.add("below " + current);
        }
    }

    private static StampedRecord stamped(long seq, LogRecord record) {
        return new StampedRecord(seq, SettableClock.START, record);
    }

    private static LogRecord sent(String to) {
        return new LogRecord.MessageSent(ID, "from", to, ByteString.EMPTY, Route.PULL, null);
    }

    private void committed(StampedRecord... records) {
        new CommitHints(wakeups).durable(List.of(records));
        new CommitHints(wakeups).committed(1, List.of(records), Duration.ZERO);
    }

    @Test
    void aCommitTellsWhoHasMailAndHowFarTheLogIs() {
        wakeups.subscribe(recorder);
        committed(
                stamped(7, sent("alice")),
                stamped(0, new LogRecord.MessagesReturned("bob", Route.PULL, MESSAGES)),
                stamped(8, new LogRecord.OperatorKeyRotated(ID, 5, ByteString.EMPTY)),
                stamped(0, new LogRecord.ChallengeUsed(ByteString.EMPTY, SettableClock.START)));
        assertThat(recorder.heard)
                .containsExactly("below " + new OperatorCaller(ID, 5), "mail for alice", "mail for bob", "log at 8");
    }

    @Test
    void whateverBringsMailOrAPushIsTold() {
        wakeups.subscribe(recorder);
        committed(
                stamped(0, new LogRecord.MessagesReturned("alice", Route.PUSH, MESSAGES)),
                stamped(0, new LogRecord.MessagesReturned("alice", Route.DEAD, MESSAGES)),
                stamped(0, new LogRecord.MessagesRerouted("bob", List.of(3L))),
                stamped(0, new LogRecord.DeadLetterRequeued("carol", 3, Route.PULL)));
        assertThat(recorder.heard).containsExactly("push for alice", "mail for bob", "mail for carol");
    }

    @Test
    void whatIsRemovedFromTheStateHasChanged() {
        wakeups.subscribe(recorder);
        committed(stamped(
                4,
                new LogRecord.ContentRemoved(
                        new Removal(
                                1,
                                RemovalTarget.state("key"),
                                "why",
                                "who",
                                ByteString.EMPTY,
                                SettableClock.START,
                                ByteString.EMPTY,
                                ByteString.EMPTY),
                        3,
                        1,
                        null)));
        assertThat(recorder.heard).containsExactly("state " + "key".hashCode(), "log at 4");
    }

    @Test
    void aDeadReplicaIsTold() {
        wakeups.subscribe(recorder);
        wakeups.replicaDied("replica-2");
        assertThat(recorder.heard).containsExactly("dead: replica-2");
    }

    @Test
    void aReplacedTokenAndAGoneAgentAreToldBeforeTheAnswer() {
        wakeups.subscribe(recorder);
        new CommitHints(wakeups)
                .durable(List.of(
                        stamped(1, new LogRecord.AgentTokenRotated("a", 3, ByteString.EMPTY)),
                        stamped(2, new LogRecord.AgentDeregistered("b", ID, 0, 0))));
        assertThat(recorder.heard)
                .containsExactly(
                        "below " + new AgentCaller("a", 3), "below " + new AgentCaller("b", Integer.MAX_VALUE));
    }

    @Test
    void everythingElseOnlyMovesTheLog() {
        wakeups.subscribe(recorder);
        committed(
                stamped(1, new LogRecord.OperatorCreated(ID, "hash", true, ByteString.EMPTY)),
                stamped(2, new LogRecord.AgentRegistered("a", ID, ByteString.EMPTY, null)),
                stamped(3, new LogRecord.MessageDelivered(ID, "a", DeliveryMethod.PULL, 1, 1)),
                stamped(4, new LogRecord.StateWritten("k", ByteString.EMPTY, "a", -1)),
                stamped(5, new LogRecord.StateDeleted("k", "a", 0)),
                stamped(6, new LogRecord.StateRead("k", "a", true)),
                stamped(7, new LogRecord.RegistryRead("a")));
        assertThat(recorder.heard).containsExactly("state " + "k".hashCode(), "state " + "k".hashCode(), "log at 7");
    }

    @Test
    void aCommitWithoutAnEventMovesNothing() {
        wakeups.subscribe(recorder);
        committed(
                stamped(0, new LogRecord.MessagesLeased("a", Route.PULL, ID, SettableClock.START, "worker", MESSAGES)));
        new CommitHints(wakeups).failed(1, MemoryStorage.away());
        assertThat(recorder.heard).isEmpty();
    }

    @Test
    void everySubscriberHearsUntilItsSubscriptionIsClosed() {
        Recorder other = new Recorder();
        Wakeups.Subscription subscription = wakeups.subscribe(recorder);
        wakeups.subscribe(other);
        wakeups.agentHasMail("a");
        subscription.close();
        subscription.close();
        wakeups.logReached(2);
        wakeups.credentialRevoked(new OperatorCaller(ID, 1));
        assertThat(recorder.heard).containsExactly("mail for a");
        assertThat(other.heard).hasSize(3);
    }

    @Test
    void aListenerMayUnsubscribeWhileItIsTold() {
        List<Wakeups.Subscription> own = new ArrayList<>();
        own.add(wakeups.subscribe(new Wakeups.Listener() {
            @Override
            public void onAgentHasMail(String address) {
                own.getFirst().close();
            }
        }));
        wakeups.subscribe(recorder);
        wakeups.agentHasMail("a");
        assertThat(recorder.heard).containsExactly("mail for a");
    }

    @Test
    void severalCommitListenersAreToldInOrder() {
        wakeups.subscribe(recorder);
        CommitListener both =
                CommitListener.all(List.of(new CommitHints(wakeups), CommitListener.NONE, new CommitHints(wakeups)));
        both.durable(List.of(stamped(2, new LogRecord.OperatorKeyRotated(ID, 5, ByteString.EMPTY))));
        assertThat(recorder.heard).hasSize(2);
        recorder.heard.clear();
        both.committed(1, List.of(stamped(1, sent("a"))), Duration.ZERO);
        assertThat(recorder.heard).containsExactly("mail for a", "log at 1", "mail for a", "log at 1");
    }
}
