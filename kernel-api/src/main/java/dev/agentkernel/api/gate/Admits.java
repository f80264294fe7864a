package dev.agentkernel.api.gate;

import dev.agentkernel.core.limits.RateCategory;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says whom a handler serves, and against which budget its requests count. Every handler below {@code /v1} and
 * {@code /observe} needs it. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Admits {

    /** Who may call. */
    CallerKind value();

    /** The budget: none, or one. An agent has its own; where nobody is known, the client's address has. */
    RateCategory[] countedAs() default {};

    /** Who may call a handler. */
    enum CallerKind {
        ANYONE,
        OPERATOR,
        AGENT,
        /** Whoever may observe, by {@link Observers}. */
        OBSERVER
    }
}
