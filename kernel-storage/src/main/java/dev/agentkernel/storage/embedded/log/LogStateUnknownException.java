package dev.agentkernel.storage.embedded.log;

/**
 * Nobody knows what the disk holds of the last batch, so nothing may be answered any more: the process has to stop.
 *
 * <p>The log that threw this throws it for ever. Opening it anew, after a restart, settles the question.
 */
public final class LogStateUnknownException extends LogException {

    private static final long serialVersionUID = 1;

    LogStateUnknownException(String message, Throwable cause) {
        super(message, cause);
    }
}
