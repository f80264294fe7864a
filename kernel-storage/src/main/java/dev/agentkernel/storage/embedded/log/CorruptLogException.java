package dev.agentkernel.storage.embedded.log;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The files hold something that no crash of the log can have left, so that going on would lose or invent records. */
public final class CorruptLogException extends LogException {

    private static final long serialVersionUID = 1;

    private final String file;
    private final long offset;
    private final String expected;

    CorruptLogException(Path file, long offset, String expected) {
        this(file, offset, expected, null);
    }

    CorruptLogException(Path file, long offset, String expected, @Nullable Throwable cause) {
        super("The event log is damaged: at offset " + offset + " of " + file + " there should be " + expected
                + ". Restore the segment from a backup; nothing was changed.");
        if (cause != null) {
            initCause(cause);
        }
        this.file = file.toString();
        this.offset = offset;
        this.expected = expected;
    }

    /** The path of the damaged file. */
    public String file() {
        return file;
    }

    /** The byte offset at which something else was expected. */
    public long offset() {
        return offset;
    }

    /** What should have been there. */
    public String expected() {
        return expected;
    }
}
