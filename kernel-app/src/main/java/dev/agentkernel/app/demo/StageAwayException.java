package dev.agentkernel.app.demo;

/** The kernel does not answer at present. */
final class StageAwayException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    StageAwayException(String message, Throwable cause) {
        super(message, cause);
    }
}
