package dev.agentkernel.core.messages;

import java.util.List;
import java.util.Optional;

/**
 * Messages on their way to their recipient: they leave the queue when {@link MessageQueues#confirm} says that they arrived, and
 * wait again when {@link MessageQueues#giveBack} says that they did not.
 *
 * @param lease what holds them meanwhile; empty when there are none
 * @param messages oldest first
 * @param remaining how many more wait
 */
public record TakenMessages(Optional<MessageLease> lease, List<QueuedMessage> messages, long remaining) {

    static final TakenMessages NONE = new TakenMessages(Optional.empty(), List.of(), 0);
}
