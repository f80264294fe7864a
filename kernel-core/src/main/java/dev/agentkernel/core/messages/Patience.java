package dev.agentkernel.core.messages;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * How long to wait for a message when there is none.
 *
 * @param atMost zero to look once and not wait
 * @param clientIsThere asked before messages are taken for somebody who has waited: they are left alone when nobody is there to get
 *     them; must be quick and must not throw
 */
public record Patience(Duration atMost, BooleanSupplier clientIsThere) {

    /** Not to wait. */
    public static final Patience NONE = new Patience(Duration.ZERO, () -> true);
}
