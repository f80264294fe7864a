package dev.agentkernel.storage.embedded.log;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things the log asks of a file system; the real one is {@link NioLogFiles}.
 *
 * <p>An operation either does what it says or throws an {@link IOException}; want of space is a {@link DiskFullException}.
 */
public interface LogFiles {

    /** Makes sure that the directory exists; a new one is readable by its owner alone. */
    void createDirectory(Path directory) throws IOException;

    /** All files in the directory, in any order. */
    List<Path> list(Path directory) throws IOException;

    /** Creates a file that did not exist, readable and writable by its owner alone. */
    AppendFile create(Path file) throws IOException;

    /** Opens an existing file for writing. */
    AppendFile openForAppend(Path file) throws IOException;

    /** Opens an existing file for reading. */
    ReadFile openForRead(Path file) throws IOException;

    /** The length of an existing file in bytes. */
    long size(Path file) throws IOException;

    /** Deletes the file if it exists. */
    void delete(Path file) throws IOException;

    /** Makes durable which files the directory has. */
    void forceDirectory(Path directory) throws IOException;

    /** A file being written; used by one thread at a time. No operation is disturbed by an interrupt. */
    interface AppendFile extends Closeable {

        /** Writes all remaining bytes of the parts, one after the other, from the offset on. On failure any part may be there. */
        void write(long offset, ByteBuffer... parts) throws IOException;

        /** Makes the content durable, with as much of the metadata as is needed to read it. */
        void force() throws IOException;

        /** Cuts the file off at the given length. */
        void truncate(long bytes) throws IOException;
    }

    /** A file being read; used by one thread at a time. */
    interface ReadFile extends Closeable {

        /** Reads some bytes from the offset on, at least one; -1 at the end of the file. */
        int read(ByteBuffer into, long offset) throws IOException;
    }
}
