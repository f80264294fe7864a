package dev.agentkernel.app.crash;

import org.jspecify.annotations.Nullable;

/**
 * A message as the ledger knows it. Its content says who sent it as which number, and follows from both.
 *
 * @param number counts the posts of this sender
 * @param idempotencyKey {@code null} when it is sent without one
 */
record Post(
        Agent from,
        Agent to,
        int number,
        int padding,
        @Nullable String idempotencyKey) {

    String id() {
        return from.address() + "#" + number;
    }

    String content() {
        return id() + "|" + "é".repeat(padding);
    }

    /** The id that a content begins with. */
    static String idIn(String content) {
        return content.substring(0, content.indexOf('|'));
    }

    /** The sender that an id begins with. */
    static String senderIn(String id) {
        return id.substring(0, id.indexOf('#'));
    }

    /** The number that an id ends with. */
    static int numberIn(String id) {
        return Integer.parseInt(id.substring(id.indexOf('#') + 1));
    }
}
