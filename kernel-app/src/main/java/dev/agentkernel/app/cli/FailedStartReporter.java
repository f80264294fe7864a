package dev.agentkernel.app.cli;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringBootExceptionReporter;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.PropertyResolver;
import org.springframework.core.env.StandardEnvironment;

/** Tells of a start that failed for a known reason in one line; all else is left to Spring Boot, with its stack trace. */
@Order(0)
final class FailedStartReporter implements SpringBootExceptionReporter {

    private final PropertyResolver properties;

    FailedStartReporter(@Nullable ConfigurableApplicationContext context) {
        this.properties = context == null ? new StandardEnvironment() : context.getEnvironment();
    }

    @Override
    public boolean reportException(Throwable failure) {
        return StartFailures.explain(failure, properties)
                .map(known -> {
                    StandardError.say(known.sentence());
                    return true;
                })
                .orElse(false);
    }
}
