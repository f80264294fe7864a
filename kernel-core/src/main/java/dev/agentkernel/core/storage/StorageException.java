package dev.agentkernel.core.storage;

/** The storage could not do what was asked, and kept nothing of it. */
public final class StorageException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    /** What may help. */
    public enum Remedy {
        /** Trying again in a while: the database is away, or too slow at present. */
        RETRY,
        /** Space on the disk. */
        FREE_SPACE,
        /** Nothing that the caller can do: the request itself, or the kernel, is at fault. */
        NONE
    }

    private final Remedy remedy;

    public StorageException(Remedy remedy, String message, Throwable cause) {
        super(message, cause);
        this.remedy = remedy;
    }

    public Remedy remedy() {
        return remedy;
    }
}
