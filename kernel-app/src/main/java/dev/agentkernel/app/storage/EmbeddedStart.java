package dev.agentkernel.app.storage;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.app.cli.StartFailedException;
import dev.agentkernel.storage.embedded.DirectoryInUseException;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import dev.agentkernel.storage.embedded.log.AppendListener;
import dev.agentkernel.storage.embedded.log.LogException;
import dev.agentkernel.storage.records.UnreadableRecordException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Objects;

/** Opens the embedded storage, and says in one sentence why it cannot. */
final class EmbeddedStart {

    private EmbeddedStart() {}

    static EmbeddedStorage open(EmbeddedStorage.Settings settings, InstantSource clock, AppendListener listener) {
        Path directory = settings.dataDirectory().toAbsolutePath().normalize();
        try {
            return EmbeddedStorage.open(settings, clock, listener);
        } catch (DirectoryInUseException inUse) {
            throw new StartFailedException(ExitStatus.IN_USE, sentenceOf(inUse), inUse);
        } catch (LogException | UnreadableRecordException damaged) {
            throw new StartFailedException(ExitStatus.DAMAGED_DATA, sentenceOf(damaged), damaged);
        } catch (FileSystemException refused) {
            throw new StartFailedException(
                    ExitStatus.CANNOT_CREATE,
                    "The data directory " + directory + " cannot be made or written to: " + reasonOf(refused)
                            + ". Give this user the right to, or choose another kernel.data-dir.",
                    refused);
        } catch (IOException failed) {
            throw cannotOpen(directory, failed);
        } catch (RuntimeException failed) {
            throw cannotOpen(directory, failed);
        }
    }

    private static String sentenceOf(Throwable failure) {
        return Objects.requireNonNullElse(failure.getMessage(), failure.toString());
    }

    private static String reasonOf(FileSystemException refused) {
        return switch (refused) {
            case AccessDeniedException denied -> "no permission for " + denied.getFile();
            case FileAlreadyExistsException other -> other.getFile() + " is not a directory";
            default -> sentenceOf(refused);
        };
    }

    private static StartFailedException cannotOpen(Path directory, Exception failed) {
        return new StartFailedException(
                ExitStatus.INPUT_OUTPUT,
                "The embedded store in " + directory + " cannot be opened: " + RootCause.of(failed) + ".",
                failed);
    }
}
