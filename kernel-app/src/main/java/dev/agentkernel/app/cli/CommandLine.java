package dev.agentkernel.app.cli;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.SpringApplication;

/**
 * Runs the application as a command: arguments are properties, and the exit status says how it ended. A first word without dashes
 * names another command of the same jar.
 */
public final class CommandLine {

    private CommandLine() {}

    /** Starts the application; returns when it is up, and ends the process when it cannot come up. */
    public static void run(Class<?> application, String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals(DemoCommand.NAME)) {
            String[] options = Arrays.copyOfRange(arguments, 1, arguments.length);
            System.exit(DemoCommand.run(options, System.out).code());
        }
        complaintAbout(arguments).ifPresent(complaint -> {
            StandardError.say(complaint);
            System.exit(ExitStatus.USAGE.code());
        });
        try {
            SpringApplication.run(application, arguments);
        } catch (SpringApplication.AbandonedRunException wanted) {
            throw wanted;
        } catch (RuntimeException | Error failure) {
            // Reported by then: in one line by this package, or with its stack trace by Spring Boot.
            System.exit(exitStatusOf(failure).code());
        }
    }

    /** Spring Boot would take a stray word for nothing, and the values of a property that comes twice for a list. */
    public static Optional<String> complaintAbout(String[] arguments) {
        Set<String> names = new HashSet<>();
        for (String argument : arguments) {
            if (!argument.startsWith("--") || argument.length() == 2) {
                return Optional.of("\"" + argument + "\" is no argument of the form --property=value, such as"
                        + " --server.port=8080; docs/configuration.md has all properties, and --help the commands.");
            }
            String name = argument.split("=", 2)[0];
            if (!names.add(name)) {
                return Optional.of(name + " is there more than once; give it one value.");
            }
        }
        return Optional.empty();
    }

    /** What the process ends with after a failed start. */
    public static ExitStatus exitStatusOf(Throwable failure) {
        return StartFailures.explain(failure).map(StartFailedException::status).orElse(ExitStatus.INTERNAL);
    }
}
