package dev.agentkernel.storage.embedded.log;

/** The batch is not in the log and never will be: whatever was written of it is gone again, and the log stays usable. */
public final class AppendRefusedException extends LogException {

    private static final long serialVersionUID = 1;

    private final boolean diskFull;

    AppendRefusedException(String message, boolean diskFull, Throwable cause) {
        super(message, cause);
        this.diskFull = diskFull;
    }

    /** Whether there was no room: the same batch may succeed once space has been made. */
    public boolean diskFull() {
        return diskFull;
    }
}
