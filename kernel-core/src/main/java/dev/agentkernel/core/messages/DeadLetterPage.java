package dev.agentkernel.core.messages;

import java.util.List;
import java.util.OptionalLong;

/**
 * A part of an agent's dead letters.
 *
 * @param letters in the order of their places in the queue
 * @param nextAfterSeq after which place the next page begins; empty when there is none
 * @param total how many there are in all
 */
public record DeadLetterPage(List<DeadLetter> letters, OptionalLong nextAfterSeq, long total) {}
