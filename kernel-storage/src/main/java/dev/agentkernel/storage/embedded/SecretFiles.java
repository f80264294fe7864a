package dev.agentkernel.storage.embedded;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.SecretStore;
import dev.agentkernel.core.storage.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.function.Supplier;

/** Secrets as files of the data directory, in hexadecimal, readable by their owner alone. */
final class SecretFiles implements SecretStore {

    /** One thread at a time makes a secret; other processes are kept out by the lock of the directory. */
    private static final Object MAKING = new Object();

    private final Path directory;

    SecretFiles(Path directory) {
        this.directory = directory;
    }

    @Override
    public ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        Path file = fileOf(name);
        try {
            synchronized (MAKING) {
                if (!Files.exists(file)) {
                    create(file, maker.get());
                }
            }
            return ByteString.ofHex(
                    Files.readString(file, StandardCharsets.US_ASCII).strip());
        } catch (IOException failed) {
            throw new StorageException(
                    StorageException.Remedy.NONE, "the secret file " + file + " cannot be read or made", failed);
        } catch (IllegalArgumentException damaged) {
            throw new StorageException(
                    StorageException.Remedy.NONE,
                    "the secret file " + file + " does not hold hexadecimal digits",
                    damaged);
        }
    }

    /** Written whole under another name first: a crash leaves either no secret or a good one. */
    private void create(Path file, ByteString secret) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        try (FileChannel channel = FileChannel.open(
                fresh,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(
                        EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE)))) {
            channel.write(ByteBuffer.wrap((secret.toHex() + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(directory)) {
            parent.force(true);
        }
    }

    @Override
    public String placeOf(String name) {
        return fileOf(name).toAbsolutePath().normalize().toString();
    }

    private Path fileOf(String name) {
        return directory.resolve(name);
    }
}
