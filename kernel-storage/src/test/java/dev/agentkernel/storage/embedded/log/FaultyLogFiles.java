package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A file system in memory that fails on demand, and that can lose its power: then whatever was not forced is there, or not,
 * or in part.
 */
public final class FaultyLogFiles implements LogFiles {

    /** What can fail. */
    public enum Operation {
        LIST,
        SIZE,
        OPEN_FOR_READ,
        READ,
        OPEN_FOR_APPEND,
        CREATE,
        WRITE,
        FORCE,
        TRUNCATE,
        DELETE,
        FORCE_DIRECTORY;

        /** The operations that change something. */
        public static final Set<Operation> CHANGES =
                EnumSet.of(CREATE, WRITE, FORCE, TRUNCATE, DELETE, FORCE_DIRECTORY);
    }

    /** How an operation fails. */
    public enum Failure {
        /** Nothing is done. */
        ERROR,
        /** Nothing is done, for want of space. */
        DISK_FULL,
        /** Half of a write is done; anything else is not. */
        SHORT,
        /** All is done, and yet reported as a failure. */
        DONE,
        /** Half of a write is done, then the process is gone: nothing works any more until the next {@link #restart}. */
        PROCESS_ENDS
    }

    /** Thrown by everything once the process is gone. */
    public static final class ProcessEnded extends Error {
        private static final long serialVersionUID = 1;
    }

    private record Fault(Set<Operation> operations, int nth, Failure failure) {}

    private final Map<Path, MemoryFile> visible = new TreeMap<>();
    private final Map<Path, MemoryFile> durable = new TreeMap<>();
    private final List<Operation> performed = new ArrayList<>();
    private final Deque<Fault> faults = new ArrayDeque<>();
    private int matching;
    private boolean ended;
    private int life;

    /** Lets the nth of these operations fail, counted from 1 and from now. */
    public synchronized void fail(Set<Operation> operations, int nth, Failure failure) {
        faults.clear();
        faults.add(new Fault(operations, nth, failure));
        matching = 0;
    }

    /** Lets the nth operation of a kind fail, counted from 1 and from now. */
    public void fail(Operation operation, int nth, Failure failure) {
        fail(EnumSet.of(operation), nth, failure);
    }

    /** Lets the nth operation of a kind fail, counted from 1 and from the last failure asked for. */
    public synchronized void thenFail(Operation operation, int nth, Failure failure) {
        faults.add(new Fault(EnumSet.of(operation), nth, failure));
    }

    /** Whether a failure that was asked for has not happened yet. */
    public synchronized boolean failurePending() {
        return !faults.isEmpty();
    }

    /** The operations since the last call, in order. */
    public synchronized List<Operation> takePerformed() {
        List<Operation> taken = List.copyOf(performed);
        performed.clear();
        return taken;
    }

    /** The changes among {@link #takePerformed}. */
    public List<Operation> takePerformedChanges() {
        return takePerformed().stream().filter(Operation.CHANGES::contains).toList();
    }

    /** The process is started again: old handles are dead, the operating system has kept everything. */
    public synchronized void restart() {
        ended = false;
        faults.clear();
        life++;
    }

    /**
     * The machine is started again after its power failed: of what was not forced, chance decides what is there.
     *
     * @param random not a {@link java.util.Random} of a small seed: those begin alike, and so would the accidents
     */
    public synchronized void restartAfterPowerCut(RandomGenerator random) {
        restart();
        Map<Path, MemoryFile> found = new TreeMap<>(durable);
        for (Map.Entry<Path, MemoryFile> entry : visible.entrySet()) {
            if (!durable.containsKey(entry.getKey()) && random.nextBoolean()) {
                found.put(entry.getKey(), entry.getValue());
            }
        }
        for (Path path : durable.keySet()) {
            if (!visible.containsKey(path) && random.nextBoolean()) {
                found.remove(path);
            }
        }
        visible.clear();
        durable.clear();
        found.values().forEach(file -> file.losePower(random));
        visible.putAll(found);
        durable.putAll(found);
    }

    /** The content of a file as a reader sees it. */
    public synchronized byte[] content(Path file) {
        MemoryFile found = visible.get(file);
        return found == null ? new byte[0] : found.content.clone();
    }

    /** Replaces the content of a file, durably. */
    public synchronized void put(Path file, byte[] content) {
        MemoryFile replaced = new MemoryFile();
        replaced.content = content.clone();
        replaced.force();
        visible.put(file, replaced);
        durable.put(file, replaced);
    }

    /** The files there are. */
    public synchronized List<Path> files() {
        return List.copyOf(visible.keySet());
    }

    private @Nullable Failure begin(Operation operation) throws IOException {
        if (ended) {
            throw new ProcessEnded();
        }
        performed.add(operation);
        Fault armed = faults.peek();
        if (armed == null || !armed.operations().contains(operation) || ++matching < armed.nth()) {
            return null;
        }
        faults.remove();
        matching = 0;
        Failure failure = armed.failure();
        ended = failure == Failure.PROCESS_ENDS;
        boolean proceeds = switch (failure) {
            case ERROR, DISK_FULL -> false;
            case DONE -> true;
            case SHORT, PROCESS_ENDS -> operation == Operation.WRITE;
        };
        if (!proceeds) {
            throw thrown(operation, failure);
        }
        return failure;
    }

    private static IOException thrown(Operation operation, Failure failure) {
        return switch (failure) {
            case ERROR, DONE -> new IOException("injected failure of " + operation);
            case DISK_FULL, SHORT -> new DiskFullException("injected", new IOException("No space left on device"));
            case PROCESS_ENDS -> throw new ProcessEnded();
        };
    }

    private static void end(Operation operation, @Nullable Failure failure) throws IOException {
        if (failure != null) {
            throw thrown(operation, failure);
        }
    }

    @Override
    public void createDirectory(Path directory) {}

    @Override
    public synchronized List<Path> list(Path directory) throws IOException {
        end(Operation.LIST, begin(Operation.LIST));
        return files();
    }

    @Override
    public synchronized AppendFile create(Path file) throws IOException {
        Failure failure = begin(Operation.CREATE);
        if (visible.containsKey(file)) {
            throw new FileAlreadyExistsException(file.toString());
        }
        MemoryFile created = new MemoryFile();
        visible.put(file, created);
        end(Operation.CREATE, failure);
        return new Handle(created, life);
    }

    @Override
    public synchronized AppendFile openForAppend(Path file) throws IOException {
        end(Operation.OPEN_FOR_APPEND, begin(Operation.OPEN_FOR_APPEND));
        return new Handle(existing(file), life);
    }

    @Override
    public synchronized ReadFile openForRead(Path file) throws IOException {
        end(Operation.OPEN_FOR_READ, begin(Operation.OPEN_FOR_READ));
        return new Handle(existing(file), life);
    }

    private MemoryFile existing(Path file) throws NoSuchFileException {
        MemoryFile found = visible.get(file);
        if (found == null) {
            throw new NoSuchFileException(file.toString());
        }
        return found;
    }

    @Override
    public synchronized long size(Path file) throws IOException {
        end(Operation.SIZE, begin(Operation.SIZE));
        return existing(file).content.length;
    }

    @Override
    public synchronized void delete(Path file) throws IOException {
        Failure failure = begin(Operation.DELETE);
        visible.remove(file);
        end(Operation.DELETE, failure);
    }

    @Override
    public synchronized void forceDirectory(Path directory) throws IOException {
        Failure failure = begin(Operation.FORCE_DIRECTORY);
        durable.clear();
        durable.putAll(visible);
        end(Operation.FORCE_DIRECTORY, failure);
    }

    private final class Handle implements AppendFile, ReadFile {

        private final MemoryFile file;
        private final int openedInLife;
        private boolean closed;

        Handle(MemoryFile file, int life) {
            this.file = file;
            this.openedInLife = life;
        }

        private @Nullable Failure beginHere(Operation operation) throws IOException {
            if (closed || openedInLife != life) {
                throw new IllegalStateException(operation + " on a handle that was closed or is of an earlier life");
            }
            return begin(operation);
        }

        @Override
        public void write(long offset, ByteBuffer... parts) throws IOException {
            synchronized (FaultyLogFiles.this) {
                Failure failure = beginHere(Operation.WRITE);
                long at = offset;
                int total = 0;
                for (ByteBuffer part : parts) {
                    total += part.remaining();
                }
                int allowed = failure == null || failure == Failure.DONE ? total : total / 2;
                for (ByteBuffer part : parts) {
                    byte[] bytes = new byte[Math.min(allowed, part.remaining())];
                    part.duplicate().get(bytes);
                    file.write(Math.toIntExact(at), bytes);
                    at += bytes.length;
                    allowed -= bytes.length;
                }
                end(Operation.WRITE, failure);
            }
        }

        @Override
        public void force() throws IOException {
            synchronized (FaultyLogFiles.this) {
                Failure failure = beginHere(Operation.FORCE);
                file.force();
                end(Operation.FORCE, failure);
            }
        }

        @Override
        public void truncate(long bytes) throws IOException {
            synchronized (FaultyLogFiles.this) {
                Failure failure = beginHere(Operation.TRUNCATE);
                file.truncate(Math.toIntExact(bytes));
                end(Operation.TRUNCATE, failure);
            }
        }

        @Override
        public int read(ByteBuffer into, long offset) throws IOException {
            synchronized (FaultyLogFiles.this) {
                end(Operation.READ, beginHere(Operation.READ));
                if (offset >= file.content.length) {
                    return -1;
                }
                // Short reads are allowed, and so they happen.
                int most = Math.min(into.remaining(), Math.max(1, into.remaining() - 7));
                int count = Math.min(most, file.content.length - Math.toIntExact(offset));
                into.put(file.content, Math.toIntExact(offset), count);
                return count;
            }
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
