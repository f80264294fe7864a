package dev.agentkernel.storage.transfer;

/** A copy of a store cannot be made, or must not be: a sentence for whoever asked for it. Nothing was changed. */
public final class TransferException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Reason reason;

    /** Who can do something about it. */
    public enum Reason {
        /** What was to be copied is not there. */
        MISSING,
        /** What was to be copied is damaged. */
        DAMAGED,
        /** Where it was to go is not empty, or in use. */
        TARGET
    }

    /** Makes a failure with a sentence that says what is wrong, with the value seen and what to do. */
    public TransferException(Reason reason, String sentence) {
        super(sentence);
        this.reason = reason;
    }

    /** Who can do something about it. */
    public Reason reason() {
        return reason;
    }
}
