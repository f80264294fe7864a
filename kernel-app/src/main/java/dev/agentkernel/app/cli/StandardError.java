package dev.agentkernel.app.cli;

/** Where whoever started the process looks first when it ends. */
public final class StandardError {

    private StandardError() {}

    /** Prints one line. */
    public static void say(String sentence) {
        System.err.println("agent-kernel: " + sentence.replace('\n', ' '));
    }
}
