package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * The real file system.
 *
 * <p>An interrupt closes a {@link FileChannel} under the thread that uses it, which would turn a shutdown into a log whose
 * state nobody knows. So files are written through {@link RandomAccessFile} and made durable through
 * {@link AsynchronousFileChannel#force}, a plain blocking call; an interrupt disturbs neither.
 */
public final class NioLogFiles implements LogFiles {

    private static final int SCRATCH_BYTES = 1024 * 1024;

    /** Creates the port; it holds no state. */
    public NioLogFiles() {}

    /** A new directory is itself made durable in the one above it. */
    @Override
    public void createDirectory(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            createDirectory(parent);
        }
        try {
            Files.createDirectory(directory, ownerOnly(directory, "rwx------"));
        } catch (FileAlreadyExistsException raced) {
            if (!Files.isDirectory(directory)) {
                throw raced;
            }
        }
        if (parent != null) {
            forceDirectory(parent);
        }
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }

    @Override
    public AppendFile create(Path file) throws IOException {
        try {
            Files.createFile(file, ownerOnly(file, "rw-------"));
        } catch (IOException failure) {
            throw classified(file, failure);
        }
        try {
            return openForAppend(file);
        } catch (IOException | RuntimeException failure) {
            try {
                Files.deleteIfExists(file);
            } catch (IOException second) {
                failure.addSuppressed(second);
            }
            throw failure;
        }
    }

    @Override
    public AppendFile openForAppend(Path file) throws IOException {
        AsynchronousFileChannel forcing =
                AsynchronousFileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            return new NioAppendFile(file, new RandomAccessFile(file.toFile(), "rw"), forcing);
        } catch (IOException | RuntimeException failure) {
            forcing.close();
            throw failure;
        }
    }

    @Override
    public ReadFile openForRead(Path file) throws IOException {
        return new NioReadFile(FileChannel.open(file, StandardOpenOption.READ));
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    /** Does nothing where directories cannot be opened (Windows); there the file system keeps its entries itself. */
    @Override
    public void forceDirectory(Path directory) throws IOException {
        if (!posix(directory)) {
            return;
        }
        try (AsynchronousFileChannel channel = AsynchronousFileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return posix(path)
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    private static boolean posix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    /** The JDK tells want of space by the operating system's words alone. */
    private static IOException classified(Path file, IOException failure) {
        String words = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
        return words.contains("no space left") || words.contains("quota exceeded") || words.contains("not enough space")
                ? new DiskFullException("No room to write to " + file + ": " + failure.getMessage(), failure)
                : failure;
    }

    private static final class NioAppendFile implements AppendFile {

        private final Path path;
        private final RandomAccessFile file;
        private final AsynchronousFileChannel forcing;
        private byte[] scratch = new byte[64 * 1024];

        NioAppendFile(Path path, RandomAccessFile file, AsynchronousFileChannel forcing) {
            this.path = path;
            this.file = file;
            this.forcing = forcing;
        }

        @Override
        public void write(long offset, ByteBuffer... parts) throws IOException {
            try {
                file.seek(offset);
                int gathered = 0;
                for (ByteBuffer part : parts) {
                    ByteBuffer rest = part.duplicate();
                    growScratch(gathered + (long) rest.remaining());
                    while (rest.hasRemaining()) {
                        int taken = Math.min(rest.remaining(), scratch.length - gathered);
                        rest.get(scratch, gathered, taken);
                        gathered += taken;
                        if (gathered == scratch.length) {
                            file.write(scratch, 0, gathered);
                            gathered = 0;
                        }
                    }
                }
                file.write(scratch, 0, gathered);
            } catch (IOException failure) {
                throw classified(path, failure);
            }
        }

        /** Room for a whole batch makes one system call of it; very large batches go in pieces. */
        private void growScratch(long wanted) {
            if (wanted > scratch.length && scratch.length < SCRATCH_BYTES) {
                byte[] grown = new byte[(int) Math.min(SCRATCH_BYTES, Math.max(wanted, 2L * scratch.length))];
                System.arraycopy(scratch, 0, grown, 0, scratch.length);
                scratch = grown;
            }
        }

        @Override
        public void force() throws IOException {
            try {
                forcing.force(false);
            } catch (IOException failure) {
                throw classified(path, failure);
            }
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.setLength(bytes);
        }

        @Override
        public void close() throws IOException {
            try (file) {
                forcing.close();
            }
        }
    }

    private record NioReadFile(FileChannel channel) implements ReadFile {

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            return channel.read(into, offset);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
