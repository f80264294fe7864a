package dev.agentkernel.storage.embedded.log;

/** What the log can tell its owner beside a plain failure to read; each kind asks for a different reaction. */
public abstract sealed class LogException extends RuntimeException
        permits AppendRefusedException,
                LogStateUnknownException,
                CorruptLogException,
                PositionAheadException,
                PositionDroppedException {

    private static final long serialVersionUID = 1;

    LogException(String message) {
        super(message);
    }

    LogException(String message, Throwable cause) {
        super(message, cause);
    }
}
