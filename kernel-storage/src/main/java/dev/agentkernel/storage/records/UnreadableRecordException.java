package dev.agentkernel.storage.records;

/** A line of the log that this version cannot read: it is damaged, or a newer version wrote it. */
public final class UnreadableRecordException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    UnreadableRecordException(String message) {
        super(message);
    }

    UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
