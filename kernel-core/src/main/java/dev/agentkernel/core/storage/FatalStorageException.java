package dev.agentkernel.core.storage;

/**
 * Nobody knows what the disk holds, for example because an fsync failed: the process must stop without answering anything that
 * is under way, and find out when it starts again.
 */
public final class FatalStorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public FatalStorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
