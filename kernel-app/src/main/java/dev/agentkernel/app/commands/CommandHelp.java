package dev.agentkernel.app.commands;

import dev.agentkernel.app.cli.StandardOutput;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** What the program says of itself. */
final class CommandHelp {

    private static final String USAGE = """
            usage: java -jar kernel-app.jar [COMMAND] [--property=value ...]

            Without a command the kernel runs until it is told to stop. Every property is in docs/configuration.md; the
            usual ones are --server.port, --kernel.data-dir, --spring.profiles.active=postgres, --kernel.database.url,
            --kernel.database.username and --kernel.database.password (a value, or file:/path).

            """;

    private CommandHelp() {}

    static void print() {
        StringBuilder text = new StringBuilder(USAGE);
        for (StoreCommand command : StoreCommand.values()) {
            text.append(command.help()).append('\n');
        }
        text.append("\n--help      says this\n--version   says the version\n");
        StandardOutput.print(text.toString());
    }

    static void printVersion() {
        Properties defaults = new Properties();
        try (InputStream content = CommandHelp.class.getResourceAsStream("/application.properties")) {
            defaults.load(content);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        StandardOutput.print("agent-kernel " + defaults.getProperty("spring.application.version") + "\n");
    }
}
