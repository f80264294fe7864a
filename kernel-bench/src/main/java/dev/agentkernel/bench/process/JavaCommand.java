package dev.agentkernel.bench.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The start of a child's command line: the {@code java} that runs this process, and the flags that every measured server gets.
 *
 * @param flags the JVM flags, heap size included
 */
public record JavaCommand(List<String> flags) {
    /** Copies the flags. */
    public JavaCommand {
        flags = List.copyOf(flags);
    }

    /** Returns the whole command line for what follows the flags. */
    List<String> with(List<String> rest) {
        List<String> command = new ArrayList<>();
        command.add(executable());
        command.addAll(flags);
        command.addAll(rest);
        return command;
    }

    private static String executable() {
        return ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString());
    }
}
