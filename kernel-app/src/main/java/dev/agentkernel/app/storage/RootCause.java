package dev.agentkernel.app.storage;

/** What lies at the bottom of a failure, for a person to read. */
public final class RootCause {

    private RootCause() {}

    /** The first line of the innermost message, without a full stop. */
    public static String of(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = failure.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        String message = root.getMessage();
        String line = message == null ? "" : message.lines().findFirst().orElse("");
        return line.isBlank() ? root.getClass().getSimpleName() : line.replaceFirst("[.]$", "");
    }
}
