package dev.agentkernel.app.crash;

import dev.agentkernel.app.KernelApplication;
import java.time.Duration;
import java.time.InstantSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/** The kernel on a host whose clock is wrong. */
final class SkewedKernel {

    /** How far the clock is ahead. */
    static final Duration AHEAD = Duration.ofMinutes(10);

    private SkewedKernel() {}

    public static void main(String[] arguments) {
        new SpringApplicationBuilder(KernelApplication.class)
                .initializers(SkewedKernel::replaceClock)
                .run(arguments);
    }

    private static void replaceClock(ConfigurableApplicationContext starting) {
        InstantSource ahead = () -> InstantSource.system().instant().plus(AHEAD);
        ((GenericApplicationContext) starting)
                .registerBean(
                        "skewedClock", InstantSource.class, () -> ahead, definition -> definition.setPrimary(true));
    }
}
