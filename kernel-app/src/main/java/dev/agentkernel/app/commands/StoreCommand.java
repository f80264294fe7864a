package dev.agentkernel.app.commands;

import java.util.Locale;
import java.util.Optional;

/** The commands, and what help says of them. */
enum StoreCommand {
    /** Embedded store to PostgreSQL. */
    MIGRATE("", """
            migrate     copies the embedded store in kernel.data-dir into the empty database at kernel.database.url,
                        with tokens, queues, leases, state, events and secrets. The kernel must be stopped; the data
                        directory stays as it is. One transaction: after an interruption, run it again."""),
    /** Store to directory. */
    BACKUP("--to", """
            backup      writes the store into the empty directory --to=DIR. An embedded kernel must be stopped; with
                        --spring.profiles.active=postgres kernels may go on."""),
    /** Directory to store. */
    RESTORE("--from", """
            restore     fills an empty data directory (or, with --spring.profiles.active=postgres, an empty database)
                        from the backup in --from=DIR, and sees that it is whole."""),
    /** Checksums of the event log, and the chain of the transparency log. */
    VERIFY("", """
            verify      holds every batch of the embedded event log in kernel.data-dir against its checksum, and the
                        transparency log against itself and the event log. An embedded kernel must be stopped; with
                        --spring.profiles.active=postgres, for the transparency log alone, kernels may go on.""");

    private final String directoryOption;
    private final String help;

    StoreCommand(String directoryOption, String help) {
        this.directoryOption = directoryOption;
        this.help = help;
    }

    /** The word on the command line. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The option that names the directory of a backup, without which the command cannot go; empty if it has none. */
    String directoryOption() {
        return directoryOption;
    }

    /** What it does, for a person. */
    String help() {
        return help;
    }

    static Optional<StoreCommand> of(String word) {
        for (StoreCommand command : values()) {
            if (command.word().equals(word)) {
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }
}
