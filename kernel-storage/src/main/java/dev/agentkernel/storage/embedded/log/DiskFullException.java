package dev.agentkernel.storage.embedded.log;

import java.io.IOException;

/** The file system had no room, or no quota, for what was written. */
public final class DiskFullException extends IOException {

    private static final long serialVersionUID = 1;

    /** Names the file and keeps the operating system's own words as the cause. */
    public DiskFullException(String message, IOException cause) {
        super(message, cause);
    }
}
