package dev.agentkernel.storage.transfer;

import dev.agentkernel.storage.transfer.TransferException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;

/**
 * A backup as files of a directory, for its owner alone: what the storage puts there, {@code backup.properties} that says what it
 * is, and {@code SHA256SUMS} in the form of coreutils. The sums are written last: a backup without them was not completed.
 */
public final class BackupFiles {

    /** Says what the backup is of. */
    private static final String PROPERTIES = "backup.properties";

    private static final String SUMS = "SHA256SUMS";
    private static final String FORMAT = "format";
    private static final String FORMAT_NOW = "1";
    private static final String STORAGE = "storage";

    private final Path directory;
    private final Properties properties;
    private final Map<String, String> sums;

    private BackupFiles(Path directory, Properties properties, Map<String, String> sums) {
        this.directory = directory;
        this.properties = properties;
        this.sums = sums;
    }

    /**
     * Begins a backup in a directory that is empty or does not exist.
     *
     * @throws TransferException if there is anything in it
     */
    public static BackupFiles create(Path directory, String storage) throws IOException {
        requireEmpty(directory);
        Properties properties = new Properties();
        properties.setProperty(FORMAT, FORMAT_NOW);
        properties.setProperty(STORAGE, storage);
        return new BackupFiles(directory, properties, new TreeMap<>());
    }

    /**
     * Makes the directory, or sees that nothing is in it.
     *
     * @throws TransferException if there is anything in it
     */
    public static void requireEmpty(Path directory) throws IOException {
        Files.createDirectories(
                directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                throw new TransferException(
                        Reason.TARGET,
                        directory.toAbsolutePath().normalize() + " is not empty: it holds " + entry.getFileName()
                                + ". Choose a directory that is empty or does not exist");
            }
        }
    }

    /**
     * Opens a backup of a storage.
     *
     * @throws TransferException if there is none, if it is not complete, or of another storage
     */
    public static BackupFiles open(Path directory, String storage) throws IOException {
        Path where = directory.toAbsolutePath().normalize();
        if (!Files.exists(directory.resolve(PROPERTIES)) || !Files.exists(directory.resolve(SUMS))) {
            throw new TransferException(Reason.MISSING, where + " holds no backup that was completed");
        }
        Properties properties = new Properties();
        try (InputStream content = Files.newInputStream(directory.resolve(PROPERTIES))) {
            properties.load(content);
        }
        Map<String, String> sums = new TreeMap<>();
        for (String line : Files.readAllLines(directory.resolve(SUMS))) {
            String[] parts = line.split(" {2}", 2);
            if (parts.length != 2 || parts[1].contains("..") || parts[1].startsWith("/")) {
                throw new TransferException(
                        Reason.DAMAGED, where + "/" + SUMS + " has the unreadable line \"" + line + "\"");
            }
            sums.put(parts[1], parts[0]);
        }
        BackupFiles backup = new BackupFiles(directory, properties, sums);
        if (!FORMAT_NOW.equals(properties.getProperty(FORMAT)) || !storage.equals(properties.getProperty(STORAGE))) {
            throw new TransferException(
                    Reason.MISSING,
                    where + " is a backup of the storage " + properties.getProperty(STORAGE) + " in format "
                            + properties.getProperty(FORMAT) + ", not of the storage " + storage + " in format "
                            + FORMAT_NOW + "; choose the profile that it was made with");
        }
        return backup;
    }

    /** What the backup says of itself. */
    public String property(String name) {
        String value = properties.getProperty(name);
        if (value == null) {
            throw new TransferException(Reason.DAMAGED, directory.resolve(PROPERTIES) + " does not say " + name);
        }
        return value;
    }

    /** Has the backup say something of itself. */
    public void setProperty(String name, String value) {
        properties.setProperty(name, value);
    }

    /** The names of the files, relative and with slashes. */
    public Set<String> names() {
        return sums.keySet();
    }

    /** Whether a file speaks of the backup and is no part of the store. */
    public static boolean isOwn(String name) {
        return name.equals(PROPERTIES);
    }

    /** How many bytes a file has. */
    public long size(String name) throws IOException {
        return Files.size(directory.resolve(name));
    }

    /** Writes a file. */
    public void write(String name, Content content) throws IOException {
        Path file = directory.resolve(name);
        MessageDigest digest = sha256();
        try (OutputStream bytes = new DigestOutputStream(newFile(file), digest)) {
            content.writeTo(bytes);
        }
        force(file);
        sums.put(name, HexFormat.of().formatHex(digest.digest()));
    }

    /** What goes into a file. */
    public interface Content {

        /** Writes all of it; the stream is closed by the caller. */
        void writeTo(OutputStream bytes) throws IOException;
    }

    /** Makes a file for its owner alone, with its directory. */
    public static OutputStream newFile(Path file) throws IOException {
        Files.createDirectories(
                file.toAbsolutePath().getParent(),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException again) {
            throw new TransferException(Reason.TARGET, file + " exists already");
        }
        return Files.newOutputStream(file);
    }

    /** Makes a file's bytes durable. */
    public static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Completes the backup. */
    public void complete() throws IOException {
        write(PROPERTIES, bytes -> properties.store(bytes, null));
        StringBuilder lines = new StringBuilder();
        sums.forEach((name, sum) -> lines.append(sum).append("  ").append(name).append('\n'));
        try (OutputStream bytes = newFile(directory.resolve(SUMS))) {
            bytes.write(lines.toString().getBytes(StandardCharsets.UTF_8));
        }
        force(directory.resolve(SUMS));
        try (FileChannel parent = FileChannel.open(directory)) {
            parent.force(true);
        }
    }

    /** The bytes of a file. */
    public InputStream read(String name) throws IOException {
        return Files.newInputStream(directory.resolve(name));
    }

    /**
     * Holds every file against its sum.
     *
     * @throws TransferException that names the first file that is another one by now
     */
    public void verify(Progress progress) throws IOException {
        for (Map.Entry<String, String> entry : sums.entrySet()) {
            Path file = directory.resolve(entry.getKey());
            if (!Files.exists(file)) {
                throw new TransferException(Reason.DAMAGED, "the backup is damaged: " + file + " is missing");
            }
            progress.begin("checking " + entry.getKey(), Files.size(file));
            MessageDigest digest = sha256();
            try (InputStream content = new DigestInputStream(Files.newInputStream(file), digest)) {
                byte[] buffer = new byte[1 << 16];
                for (int read = content.read(buffer); read >= 0; read = content.read(buffer)) {
                    progress.advance(read);
                }
            }
            if (!HexFormat.of().formatHex(digest.digest()).equals(entry.getValue())) {
                throw new TransferException(
                        Reason.DAMAGED, "the backup is damaged: " + file + " is not what was backed up");
            }
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JVM has SHA-256", impossible);
        }
    }
}
