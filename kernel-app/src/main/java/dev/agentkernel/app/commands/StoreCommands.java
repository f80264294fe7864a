package dev.agentkernel.app.commands;

import dev.agentkernel.app.cli.CommandLine;
import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StandardError;
import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.app.settings.KernelProperties;
import dev.agentkernel.app.storage.PostgresStorageConfiguration;
import dev.agentkernel.app.storage.RootCause;
import dev.agentkernel.core.storage.StorageException;
import dev.agentkernel.storage.embedded.DirectoryInUseException;
import dev.agentkernel.storage.embedded.EmbeddedBackup;
import dev.agentkernel.storage.embedded.log.LogException;
import dev.agentkernel.storage.migration.Migration;
import dev.agentkernel.storage.postgres.PostgresBackup;
import dev.agentkernel.storage.postgres.PostgresSettings;
import dev.agentkernel.storage.records.UnreadableRecordException;
import dev.agentkernel.storage.transfer.TransferException;
import dev.agentkernel.storage.transfer.Verified;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

/** Runs one command over a store, with the kernel's properties, and ends; no part of the kernel is started. */
public final class StoreCommands {

    private static final String REPLICA = "command";

    private StoreCommands() {}

    /** Nothing but the properties, checked as at every start. */
    @Configuration(proxyBeanMethods = false)
    static class NoParts {}

    /** Whether the arguments are a command and no start of the kernel. */
    public static boolean isCommand(String[] arguments) {
        return arguments.length > 0
                && (isHelp(arguments[0])
                        || arguments[0].equals("--version")
                        || StoreCommand.of(arguments[0]).isPresent());
    }

    private static boolean isHelp(String argument) {
        return argument.equals("--help") || argument.equals("-h") || argument.equals("help");
    }

    /** Does what the arguments say; says on standard error how it went, and returns what the process ends with. */
    public static int run(String[] arguments) {
        List<String> rest = Arrays.asList(arguments).subList(1, arguments.length);
        if (isHelp(arguments[0]) || rest.contains("--help")) {
            CommandHelp.print();
            return 0;
        }
        if (arguments[0].equals("--version")) {
            CommandHelp.printVersion();
            return 0;
        }
        StoreCommand command = StoreCommand.of(arguments[0]).orElseThrow();
        try {
            return run(command, CommandArguments.of(command, rest));
        } catch (StartFailedException refused) {
            StandardError.say(refused.sentence());
            return refused.status().code();
        }
    }

    private static int run(StoreCommand command, CommandArguments arguments) {
        CommandLine.complaintAbout(arguments.properties().toArray(String[]::new))
                .ifPresent(complaint -> {
                    throw new StartFailedException(ExitStatus.USAGE, complaint);
                });
        ConfigurableApplicationContext started;
        try {
            started = new SpringApplicationBuilder(NoParts.class)
                    .web(WebApplicationType.NONE)
                    .run(arguments.properties().toArray(String[]::new));
        } catch (RuntimeException failed) {
            // Said by then, as for every start.
            return CommandLine.exitStatusOf(failed).code();
        }
        try (ConfigurableApplicationContext context = started) {
            ProgressBar progress = new ProgressBar(StandardError.isTerminal());
            String outcome = outcome(command, arguments, context.getEnvironment(), progress);
            progress.end();
            StandardError.say(outcome);
            return 0;
        } catch (TransferException refused) {
            throw new StartFailedException(statusOf(refused), sentence(refused), refused);
        } catch (DirectoryInUseException inUse) {
            throw new StartFailedException(ExitStatus.IN_USE, sentence(inUse), inUse);
        } catch (LogException | UnreadableRecordException damaged) {
            throw new StartFailedException(ExitStatus.DAMAGED_DATA, sentence(damaged), damaged);
        } catch (StorageException away) {
            throw new StartFailedException(ExitStatus.DATABASE_AWAY, sentence(away), away);
        } catch (IOException failed) {
            throw new StartFailedException(
                    ExitStatus.INPUT_OUTPUT, command.word() + " failed: " + sentence(failed), failed);
        }
    }

    private static String sentence(Exception failure) {
        String own = Objects.requireNonNullElse(failure.getMessage(), failure.toString());
        String root = RootCause.of(failure);
        String why = own.contains(root) ? "" : " (" + root + ")";
        return own + why + ".";
    }

    private static ExitStatus statusOf(TransferException refused) {
        return switch (refused.reason()) {
            case MISSING -> ExitStatus.NO_INPUT;
            case DAMAGED -> ExitStatus.DAMAGED_DATA;
            case TARGET -> ExitStatus.CANNOT_CREATE;
        };
    }

    private static String outcome(
            StoreCommand command, CommandArguments arguments, Environment environment, ProgressBar progress)
            throws IOException {
        KernelProperties properties = Binder.get(environment).bindOrCreate("kernel", KernelProperties.class);
        boolean postgres = environment.acceptsProfiles(Profiles.of("postgres"));
        Path data = properties.dataDir();
        return switch (command) {
            case MIGRATE -> {
                Migration.Report report = Migration.run(data, database(properties), progress);
                yield "moved " + report.rows().get("events") + " events up to seq " + report.lastSeq() + ", "
                        + report.rows().get("agents") + " agents and "
                        + report.rows().get("messages")
                        + " waiting messages; counts and last seq agree. Start the kernel with"
                        + " --spring.profiles.active=postgres, and no more on "
                        + data.toAbsolutePath().normalize();
            }
            case BACKUP -> {
                long seq = postgres
                        ? PostgresBackup.backup(database(properties), arguments.backup(), progress)
                        : EmbeddedBackup.backup(data, arguments.backup(), progress);
                yield "backed up to seq " + seq + "; the backup holds the kernel's secret: keep it as you keep a key";
            }
            case RESTORE -> {
                long seq = postgres
                        ? PostgresBackup.restore(arguments.backup(), database(properties), progress)
                        : EmbeddedBackup.restore(arguments.backup(), data, progress);
                yield "restored up to seq " + seq;
            }
            case VERIFY -> {
                Verified verified =
                        postgres ? PostgresBackup.verify(database(properties)) : EmbeddedBackup.verify(data, progress);
                String log = postgres
                        ? "the database checks its own pages"
                        : "verified " + verified.records() + " records; every batch fits its checksum";
                yield log + "; " + verified.removals()
                        + " entries of the transparency log follow one another and are in the event log";
            }
        };
    }

    private static PostgresSettings database(KernelProperties properties) {
        if (properties.database().url() == null) {
            throw new StartFailedException(
                    ExitStatus.CONFIGURATION,
                    "kernel.database.url is missing; it must say where the database is, as in"
                            + " jdbc:postgresql://localhost:5432/agentkernel.");
        }
        try {
            return PostgresStorageConfiguration.settings(properties, REPLICA);
        } catch (IllegalArgumentException refused) {
            throw new StartFailedException(
                    ExitStatus.CONFIGURATION, "kernel.database: " + refused.getMessage() + ".", refused);
        }
    }
}
