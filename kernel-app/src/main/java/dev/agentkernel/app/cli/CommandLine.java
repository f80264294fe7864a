package dev.agentkernel.app.cli;

import org.springframework.boot.SpringApplication;

/** Runs the application as a command: arguments are properties, and the exit status says how it ended. */
public final class CommandLine {

    private CommandLine() {}

    /** Starts the application; returns when it is up, and ends the process when it cannot come up. */
    public static void run(Class<?> application, String[] arguments) {
        for (String argument : arguments) {
            if (!argument.startsWith("--") || argument.length() == 2) {
                StandardError.say("\"" + argument + "\" is no argument of the form --property=value, such as"
                        + " --server.port=8080; docs/configuration.md has all properties.");
                System.exit(ExitStatus.USAGE.code());
            }
        }
        try {
            SpringApplication.run(application, arguments);
        } catch (SpringApplication.AbandonedRunException wanted) {
            throw wanted;
        } catch (RuntimeException | Error failure) {
            // Reported by then: in one line by this package, or with its stack trace by Spring Boot.
            System.exit(exitStatusOf(failure).code());
        }
    }

    private static ExitStatus exitStatusOf(Throwable failure) {
        return StartFailures.explain(failure).map(StartFailedException::status).orElse(ExitStatus.INTERNAL);
    }
}
