package dev.agentkernel.bench.soak;

import java.util.OptionalLong;

/**
 * A message as the outside knows it, before the kernel does.
 *
 * @param number tells it from all others
 * @param from index of the sender
 * @param to index of the recipient
 * @param keyed whether it is sent with an idempotency key, and again until it is answered
 */
record Post(long number, int from, int to, boolean keyed) {

    private static final int PADDING_STEP = 37;
    private static final int PADDING_MAX = 600;

    /** What it says: its number and a padding that follows from it, so that a wrong byte is noticed. */
    String content() {
        return contentOf(number);
    }

    static String contentOf(long number) {
        return number + "|" + "x".repeat((int) (number * PADDING_STEP % PADDING_MAX));
    }

    String idempotencyKey() {
        return "soak-" + number;
    }

    /** The number in a content, empty when no post has that content. */
    static OptionalLong numberIn(String content) {
        int end = content.indexOf('|');
        if (end < 1 || end > 18 || !content.substring(0, end).chars().allMatch(Character::isDigit)) {
            return OptionalLong.empty();
        }
        long number = Long.parseLong(content.substring(0, end));
        return content.equals(contentOf(number)) ? OptionalLong.of(number) : OptionalLong.empty();
    }
}
