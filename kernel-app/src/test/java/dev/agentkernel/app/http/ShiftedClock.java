package dev.agentkernel.app.http;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.beans.factory.config.BeanPostProcessor;

/** The kernel's clock, which a test may put forward, since it can wait for nothing that takes minutes. */
final class ShiftedClock implements BeanPostProcessor, InstantSource {

    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        return bean instanceof InstantSource ? this : bean;
    }

    @Override
    public Instant instant() {
        return Instant.now().plus(ahead.get());
    }

    void putForward(Duration by) {
        ahead.accumulateAndGet(by, Duration::plus);
    }
}
