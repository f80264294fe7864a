package dev.agentkernel.storage.embedded;

import java.nio.file.Path;

/** Another kernel works on the data directory. */
public final class DirectoryInUseException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DirectoryInUseException(Path directory, String processId) {
        super("The data directory " + directory.toAbsolutePath().normalize() + " is in use by another kernel (process "
                + (processId.isEmpty() ? "unknown" : processId)
                + "). Stop it first, or choose another kernel.data-dir.");
    }
}
