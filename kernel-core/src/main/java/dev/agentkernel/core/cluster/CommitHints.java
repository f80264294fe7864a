package dev.agentkernel.core.cluster;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.auth.Caller.OperatorCaller;
import dev.agentkernel.core.commit.CommitListener;
import dev.agentkernel.core.events.LogRecord;
import dev.agentkernel.core.events.StampedRecord;
import dev.agentkernel.core.messages.Route;
import dev.agentkernel.core.storage.StorageException;
import java.time.Duration;
import java.util.List;

/** Turns what a commit made durable into hints. */
public final class CommitHints implements CommitListener {

    /** Above every version that was ever given. */
    private static final int NO_VERSION_LIVES = Integer.MAX_VALUE;

    private final Wakeups wakeups;

    public CommitHints(Wakeups wakeups) {
        this.wakeups = wakeups;
    }

    /** Who is told that a credential is replaced must find the old one dead. */
    @Override
    public void durable(List<StampedRecord> records) {
        for (StampedRecord stamped : records) {
            if (stamped.record() instanceof LogRecord.OperatorKeyRotated rotated) {
                wakeups.credentialRevoked(new OperatorCaller(rotated.operatorId(), rotated.version()));
            } else if (stamped.record() instanceof LogRecord.AgentTokenRotated rotated) {
                wakeups.credentialRevoked(new AgentCaller(rotated.address(), rotated.version()));
            } else if (stamped.record() instanceof LogRecord.AgentDeregistered gone) {
                wakeups.credentialRevoked(new AgentCaller(gone.address(), NO_VERSION_LIVES));
            }
        }
    }

    @Override
    public void committed(int mutations, List<StampedRecord> records, Duration took) {
        long lastSeq = StampedRecord.NO_SEQ;
        for (StampedRecord stamped : records) {
            lastSeq = Math.max(lastSeq, stamped.seq());
            switch (stamped.record()) {
                case LogRecord.MessageSent sent -> waits(sent.to(), sent.route());
                case LogRecord.MessagesReturned returned -> waits(returned.recipient(), returned.route());
                case LogRecord.MessagesRerouted rerouted -> wakeups.agentHasMail(rerouted.recipient());
                case LogRecord.OperatorKeyRotated r -> {}
                case LogRecord.OperatorCreated r -> {}
                case LogRecord.AgentRegistered r -> {}
                case LogRecord.AgentTokenRotated r -> {}
                case LogRecord.WebhookChanged r -> {}
                case LogRecord.WebhookHealthChanged r -> {}
                case LogRecord.ProfileChanged r -> {}
                case LogRecord.ContentRemoved r ->
                    wakeups.stateChanged(r.removal().target().name().hashCode());
                case LogRecord.ContentErased r -> {}
                case LogRecord.SenderBlocked r -> {}
                case LogRecord.SenderUnblocked r -> {}
                case LogRecord.AgentDeregistered r -> {}
                case LogRecord.ChallengeUsed r -> {}
                case LogRecord.MessagesLeased r -> {}
                case LogRecord.LeaseReplaced r -> {}
                case LogRecord.MessageDelivered r -> {}
                case LogRecord.MessageDead r -> {}
                case LogRecord.MessageExpired r -> {}
                case LogRecord.DeadLetterRequeued r -> waits(r.recipient(), r.route());
                case LogRecord.DeadLetterDeleted r -> {}
                case LogRecord.StateWritten r -> wakeups.stateChanged(r.key().hashCode());
                case LogRecord.StateDeleted r -> wakeups.stateChanged(r.key().hashCode());
                case LogRecord.StateRead r -> {}
                case LogRecord.RegistryRead r -> {}
            }
        }
        if (lastSeq != StampedRecord.NO_SEQ) {
            wakeups.logReached(lastSeq);
        }
    }

    private void waits(String recipient, Route route) {
        switch (route) {
            case PULL -> wakeups.agentHasMail(recipient);
            case PUSH -> wakeups.agentHasPush(recipient);
            case DEAD -> {}
        }
    }

    @Override
    public void failed(int mutations, StorageException away) {}
}
