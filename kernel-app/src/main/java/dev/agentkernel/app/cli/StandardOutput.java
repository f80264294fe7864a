package dev.agentkernel.app.cli;

/** What somebody asked for, such as help. */
public final class StandardOutput {

    private StandardOutput() {}

    /** Prints a text as it is. */
    public static void print(String text) {
        System.out.print(text);
        System.out.flush();
    }
}
