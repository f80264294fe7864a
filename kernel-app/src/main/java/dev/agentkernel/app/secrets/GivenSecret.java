package dev.agentkernel.app.secrets;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** A secret that somebody configured: its text, or the text of the file that {@code file:} names. Never shown to anybody. */
public final class GivenSecret {

    private static final String FILE = "file:";
    private static final int BYTES_MAX = 4_096;

    private GivenSecret() {}

    /**
     * The text of the secret, without white space around it.
     *
     * @throws StartFailedException if there is none
     */
    public static String textOf(String property, String value) {
        String text = value.startsWith(FILE) ? textOfFile(property, Path.of(value.substring(FILE.length()))) : value;
        if (text.isBlank()) {
            throw refused(property, "is empty; give it a value, or leave it out to have one made");
        }
        return text.strip();
    }

    private static String textOfFile(String property, Path file) {
        try (InputStream content = Files.newInputStream(file)) {
            byte[] bytes = content.readNBytes(BYTES_MAX + 1);
            if (bytes.length > BYTES_MAX) {
                throw refused(property, "names the file " + file + ", which has more than " + BYTES_MAX + " bytes");
            }
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (NoSuchFileException missing) {
            throw refused(property, "names the file " + file.toAbsolutePath().normalize() + ", which does not exist");
        } catch (IOException unreadable) {
            throw refused(
                    property,
                    "names the file " + file.toAbsolutePath().normalize() + ", which cannot be read ("
                            + unreadable.getClass().getSimpleName() + ")");
        }
    }

    /** A refusal in one sentence; what it says must not hold the secret. */
    static StartFailedException refused(String property, String what) {
        return new StartFailedException(ExitStatus.CONFIGURATION, property + " " + what + ".");
    }
}
