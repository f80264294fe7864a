package dev.agentkernel.core.messages;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.commit.Decision;
import dev.agentkernel.core.commit.IdempotencyRow;
import dev.agentkernel.core.commit.Mutation;
import dev.agentkernel.core.commit.QueueRow;
import dev.agentkernel.core.commit.Requirements;
import dev.agentkernel.core.commit.WorkingSet;
import dev.agentkernel.core.events.LogRecord;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Puts a message into its recipient's queue, once for each idempotency key. */
record SendMessage(
        AgentCaller caller,
        UUID messageId,
        String to,
        ByteString content,
        MessageContext context,
        @Nullable Retryable retryable,
        MessagingSettings settings)
        implements Mutation<SentMessage> {

    /** How long a key stands for its first send. */
    static final Duration IDEMPOTENCY_RETENTION = Duration.ofHours(24);

    /** What makes a send safe to retry: the sender's key, and the fingerprint of what was asked for. */
    record Retryable(IdempotencyKey key, ByteString fingerprint) {}

    @Override
    public void require(Requirements requirements) {
        requirements.caller(caller);
        requirements.queue(to);
        requirements.block(to, caller.address());
        requirements.queueTotals();
        if (settings.limitsSenders()) {
            requirements.senderShare(to, caller.address(), settings.senderMessagesMax());
        }
        if (retryable != null) {
            requirements.idempotencyKey(retryable.key());
        }
    }

    @Override
    public int contentBytes() {
        return content.size();
    }

    @Override
    public ErrorCode refusalWhenSpaceIsLow() {
        return ErrorCode.QUEUE_FULL;
    }

    @Override
    public Decision<SentMessage> decide(WorkingSet rows) {
        rows.requireCurrent(caller);
        Optional<IdempotencyRow> before = retryable == null ? Optional.empty() : rows.idempotency(retryable.key());
        if (before.isPresent() && retryable != null) {
            return repeated(before.get(), retryable);
        }
        Route route = rows.agent(to).map(agent -> agent.routeAt(rows.now())).orElseThrow(SendMessage::unknownRecipient);
        if (rows.isBlocked(to, caller.address())) {
            throw new RefusedException(ErrorCode.BLOCKED, "The recipient does not take messages from this agent.");
        }
        requireRoom(rows);
        IdempotencyEntry entry = retryable == null
                ? null
                : new IdempotencyEntry(
                        retryable.key().key(),
                        retryable.fingerprint(),
                        rows.now().plus(IDEMPOTENCY_RETENTION));
        return Decision.of(
                new LogRecord.MessageSent(messageId, caller.address(), to, content, context, route, entry),
                stamp -> new SentMessage(messageId, caller.address(), to, stamp.time()));
    }

    static RefusedException unknownRecipient() {
        return new RefusedException(ErrorCode.NOT_FOUND, "There is no agent with the address in 'to'.");
    }

    private Decision<SentMessage> repeated(IdempotencyRow before, Retryable again) {
        if (!before.fingerprint().equals(again.fingerprint())) {
            throw new RefusedException(
                    ErrorCode.IDEMPOTENCY_MISMATCH,
                    "This Idempotency-Key was used for another message within 24 hours.");
        }
        return Decision.unchanged(stamp -> new SentMessage(
                before.messageId(),
                caller.address(),
                before.to(),
                before.messageTime().orElse(stamp.time())));
    }

    private void requireRoom(WorkingSet rows) {
        QueueRow queue = rows.queue(to);
        if (queue.depth() >= settings.queueMessagesMax()) {
            throw new RefusedException(
                    ErrorCode.QUEUE_FULL,
                    "The recipient's queue holds " + queue.depth() + " messages; at most " + settings.queueMessagesMax()
                            + " are allowed.");
        }
        long own = rows.waitingFrom(to, caller.address());
        if (settings.limitsSenders() && own >= settings.senderMessagesMax()) {
            throw new RefusedException(
                    ErrorCode.QUEUE_FULL,
                    "The recipient's queue holds " + own + " messages of this agent; at most "
                            + settings.senderMessagesMax() + " are allowed from one sender.");
        }
        if (rows.queueBytes() + content.size() > settings.totalQueueBytesMax()) {
            throw new RefusedException(
                    ErrorCode.QUEUE_FULL,
                    "All queues together hold " + rows.queueBytes() + " bytes; at most " + settings.totalQueueBytesMax()
                            + " are allowed.");
        }
    }
}
