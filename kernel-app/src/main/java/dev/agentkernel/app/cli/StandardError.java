package dev.agentkernel.app.cli;

import java.io.IOException;
import java.nio.file.Path;

/** Where whoever started the process looks first when it ends. */
public final class StandardError {

    private StandardError() {}

    /** Whether a person looks on, as far as this system tells. */
    public static boolean isTerminal() {
        try {
            return Path.of("/proc/self/fd/2").toRealPath().startsWith("/dev/pts");
        } catch (IOException unknown) {
            return false;
        }
    }

    /** Prints one line as it is. */
    public static void sayPlainly(String line) {
        System.err.println(line);
    }

    /** Prints one line in the place of the one that was drawn last. */
    public static void draw(String line) {
        System.err.print("\r" + line);
    }

    /** Prints one line. */
    public static void say(String sentence) {
        System.err.println("agent-kernel: " + sentence.replace('\n', ' '));
    }
}
