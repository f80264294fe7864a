package dev.agentkernel.app.http;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** All that is logged below some names, down to the last detail, instead of being printed, until it is closed. */
final class LoggedLines implements AutoCloseable {

    private final Map<Logger, @Nullable Level> before = new HashMap<>();
    private final StringBuffer text = new StringBuffer();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            text.append(event.getFormattedMessage()).append('\n');
        }
    };

    private LoggedLines() {}

    static LoggedLines below(String... names) {
        LoggedLines lines = new LoggedLines();
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        lines.appender.setContext(context);
        lines.appender.start();
        for (String name : names) {
            Logger logger = context.getLogger(name);
            lines.before.put(logger, logger.getLevel());
            logger.addAppender(lines.appender);
            logger.setAdditive(false);
            logger.setLevel(Level.TRACE);
        }
        return lines;
    }

    String text() {
        return text.toString();
    }

    @Override
    public void close() {
        before.forEach((logger, level) -> {
            logger.setLevel(level);
            logger.setAdditive(true);
            logger.detachAppender(appender);
        });
    }
}
