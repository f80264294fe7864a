package dev.agentkernel.storage.embedded;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.EnumSet;
import java.util.Set;
import org.h2.store.fs.FileBase;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A file system of H2 that fails on demand. H2 makes its paths itself, from a scheme, so that the demand is static: one test at
 * a time.
 */
public final class FaultyDatabaseFiles extends FilePathWrapper {

    /** Prefix of a database path that goes through here. */
    static final String SCHEME = "faulty:";

    static final String NO_SPACE = "No space left on device";

    /** What can fail. */
    enum Operation {
        OPEN,
        READ,
        WRITE,
        FORCE,
        TRUNCATE;

        /** What a full disk refuses. */
        static final Set<Operation> GROWING = EnumSet.of(WRITE, FORCE);
    }

    private record Fault(Set<Operation> operations, int nth, boolean lasting, String message) {}

    private static @Nullable Fault armed;
    private static int matching;
    private static int struck;
    private static Runnable afterWrite = () -> {};

    static {
        FilePath.register(new FaultyDatabaseFiles());
    }

    /** Public for H2, which makes paths by reflection. */
    public FaultyDatabaseFiles() {}

    /** Makes the scheme known to H2, and lets everything succeed. */
    static synchronized void heal() {
        armed = null;
        matching = 0;
        struck = 0;
        afterWrite = () -> {};
    }

    /** Lets something look at the file each time that H2 has written to it, until {@link #heal}. */
    static synchronized void watchWrites(Runnable watcher) {
        afterWrite = watcher;
    }

    private static synchronized void written() {
        afterWrite.run();
    }

    /** Lets the nth of these operations fail, counted from 1 and from now. */
    static synchronized void failOnce(Set<Operation> operations, int nth, String message) {
        heal();
        armed = new Fault(operations, nth, false, message);
    }

    /** Lets all of these operations fail until {@link #heal}. */
    static synchronized void failFromNowOn(Set<Operation> operations, String message) {
        heal();
        armed = new Fault(operations, 1, true, message);
    }

    /** How many operations failed since a failure was last asked for. */
    static synchronized int struck() {
        return struck;
    }

    private static synchronized void pass(Operation operation) throws IOException {
        Fault fault = armed;
        if (fault == null || !fault.operations().contains(operation) || ++matching < fault.nth()) {
            return;
        }
        struck++;
        if (!fault.lasting()) {
            armed = null;
        }
        throw new IOException(fault.message());
    }

    @Override
    public String getScheme() {
        return "faulty";
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        pass(Operation.OPEN);
        return new FaultyChannel(super.open(mode));
    }

    private static final class FaultyChannel extends FileBase {

        private final FileChannel file;

        FaultyChannel(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            pass(Operation.READ);
            return file.read(into);
        }

        @Override
        public synchronized int read(ByteBuffer into, long position) throws IOException {
            pass(Operation.READ);
            return file.read(into, position);
        }

        @Override
        public int write(ByteBuffer from) throws IOException {
            pass(Operation.WRITE);
            return file.write(from);
        }

        /** A write that fails leaves half of its bytes, as a full disk does. */
        @Override
        public synchronized int write(ByteBuffer from, long position) throws IOException {
            try {
                pass(Operation.WRITE);
            } catch (IOException failing) {
                ByteBuffer half = from.duplicate().limit(from.position() + from.remaining() / 2);
                file.write(half, position);
                throw failing;
            }
            int count = file.write(from, position);
            written();
            return count;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            pass(Operation.FORCE);
            file.force(metaData);
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            pass(Operation.TRUNCATE);
            file.truncate(size);
            return this;
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long position) throws IOException {
            file.position(position);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) throws IOException {
            return file.tryLock(position, size, shared);
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }
    }
}
