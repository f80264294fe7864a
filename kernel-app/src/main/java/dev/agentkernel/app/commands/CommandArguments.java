package dev.agentkernel.app.commands;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What stands behind a command's word.
 *
 * @param directory of the backup, for commands that have one
 * @param properties of the kernel, as for a start
 */
record CommandArguments(@Nullable Path directory, List<String> properties) {

    /**
     * Tells the command's own option from properties.
     *
     * @throws StartFailedException if the option is missing
     */
    static CommandArguments of(StoreCommand command, List<String> arguments) {
        String option = command.directoryOption();
        List<String> properties = new ArrayList<>();
        Path directory = null;
        for (String argument : arguments) {
            if (!option.isEmpty() && argument.startsWith(option + "=")) {
                directory = Path.of(argument.substring(option.length() + 1));
            } else {
                properties.add(argument);
            }
        }
        if (!option.isEmpty() && (directory == null || directory.toString().isEmpty())) {
            throw new StartFailedException(
                    ExitStatus.USAGE,
                    command.word() + " needs the directory of the backup, as in " + option + "=/var/backups/kernel-1.");
        }
        return new CommandArguments(directory, properties);
    }

    /** The directory, for a command that has one. */
    Path backup() {
        return Optional.ofNullable(directory).orElseThrow();
    }
}
