package dev.agentkernel.storage.embedded.log;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import org.slf4j.LoggerFactory;

/** Collects what is logged under a name, and keeps it off the console. */
public final class CapturedWarnings implements AutoCloseable {

    private final Logger logger;
    private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

    /** From now on, of a class. */
    public CapturedWarnings(Class<?> source) {
        this(source.getName());
    }

    /** From now on, of all that is below a name. */
    public CapturedWarnings(String name) {
        this.logger = (Logger) LoggerFactory.getLogger(name);
        appender.start();
        logger.addAppender(appender);
        logger.setAdditive(false);
    }

    /** Each with its level. */
    public List<String> messages() {
        return appender.list.stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Override
    public void close() {
        logger.setAdditive(true);
        logger.detachAppender(appender);
    }
}
