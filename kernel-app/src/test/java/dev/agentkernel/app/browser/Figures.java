package dev.agentkernel.app.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Times and sizes that are worth knowing and too dependent on the machine to be asserted; in {@code target/browser/figures.txt}. */
final class Figures {

    static final Path DIRECTORY = Path.of("target/browser");

    private Figures() {}

    static void note(String what, String figure) {
        try {
            Files.createDirectories(DIRECTORY);
            Files.writeString(
                    DIRECTORY.resolve("figures.txt"),
                    what + ": " + figure + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
