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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Secrets as files of the data directory, in hexadecimal, readable by their owner alone. */
final class SecretFiles implements SecretStore {

    private static final Pattern NAME = Pattern.compile("[a-z0-9-]+");

    private final Path directory;

    SecretFiles(Path directory) {
        this.directory = directory;
    }

    /** Synchronized, so that two who make the same secret at once get one; the directory's lock keeps other processes out. */
    @Override
    public synchronized ByteString loadOrCreate(String name, Supplier<ByteString> maker) {
        Path file = fileOf(name);
        try {
            if (!Files.exists(file)) {
                create(file, maker.get());
            }
            return parse(
                    file, Files.readString(file, StandardCharsets.ISO_8859_1).strip());
        } catch (IOException failed) {
            throw new StorageException(
                    StorageException.Remedy.NONE,
                    "the secret file " + file + " cannot be read or made: " + failed,
                    failed);
        }
    }

    /** An empty file is damage as well: a secret of no bytes would protect nothing. */
    private static ByteString parse(Path file, String hex) {
        try {
            if (hex.isEmpty()) {
                throw new IllegalArgumentException("the file is empty");
            }
            return ByteString.ofHex(hex);
        } catch (IllegalArgumentException damaged) {
            throw new StorageException(
                    StorageException.Remedy.NONE,
                    "the secret file " + file + " does not hold hexadecimal digits: it is damaged. Restore it from a"
                            + " backup; what the secret protected does not open with another one",
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
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            ByteBuffer rest = ByteBuffer.wrap((secret.toHex() + "\n").getBytes(StandardCharsets.US_ASCII));
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        try (FileChannel parent = FileChannel.open(directory)) {
            parent.force(true);
        }
    }

    /** The names of all secrets that there are; what else is in the directory has a dot in its name. */
    List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> NAME.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    @Override
    public String placeOf(String name) {
        return fileOf(name).toAbsolutePath().normalize().toString();
    }

    private Path fileOf(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "a secret's name has lower-case letters, digits and hyphens, but this is '" + name + "'");
        }
        return directory.resolve(name);
    }
}
