package dev.agentkernel.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationPreparedEvent;
import org.springframework.context.ApplicationEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.context.event.ContextClosedEvent;

/** Tells a person who waits that the kernel is on its way up, and later on its way down; {@link StartupReport} tells that it is up. */
public final class SignsOfLife implements ApplicationListener<ApplicationEvent> {

    private static final Logger log = LoggerFactory.getLogger(SignsOfLife.class);

    @Override
    public void onApplicationEvent(ApplicationEvent event) {
        if (event instanceof ApplicationPreparedEvent prepared) {
            log.info("Agent Kernel {} is starting", version(prepared));
        } else if (event instanceof ContextClosedEvent closed
                && closed.getApplicationContext().getParent() == null) {
            log.info("Agent Kernel is stopping: what is under way is finished first");
        }
    }

    private static String version(ApplicationPreparedEvent prepared) {
        return prepared.getApplicationContext().getEnvironment().getProperty("spring.application.version", "");
    }
}
