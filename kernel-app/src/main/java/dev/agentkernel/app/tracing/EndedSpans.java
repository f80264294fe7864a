package dev.agentkernel.app.tracing;

import io.micrometer.tracing.Span;
import io.micrometer.tracing.Tracer;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Makes spans, each a trace of its own, of what is over by the time it is told of. Safe for use by many threads. */
final class EndedSpans {

    private final Tracer tracer;
    private final InstantSource clock;

    EndedSpans(Tracer tracer, InstantSource clock) {
        this.tracer = tracer;
        this.clock = clock;
    }

    /** Something ended now, after so long. */
    void add(String name, Duration took, Map<String, String> tags) {
        long endMicros = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
        Span.Builder span = tracer.spanBuilder()
                .setNoParent()
                .name(name)
                .startTimestamp(endMicros - TimeUnit.NANOSECONDS.toMicros(took.toNanos()), TimeUnit.MICROSECONDS);
        tags.forEach(span::tag);
        span.start().end(endMicros, TimeUnit.MICROSECONDS);
    }
}
