package dev.agentkernel.app.tracing;

import dev.agentkernel.webhooks.delivery.DeliveryListener;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** A span for each attempt to push, from the call to what became of the message. Names neither the receiver nor the agent. */
final class DeliverySpans implements DeliveryListener {

    static final String NAME = "kernel webhook delivery";

    private final EndedSpans spans;

    DeliverySpans(EndedSpans spans) {
        this.spans = spans;
    }

    @Override
    public void attempted(Outcome outcome, Duration took) {
        spans.add(NAME, took, Map.of("outcome", outcome.name().toLowerCase(Locale.ROOT)));
    }
}
