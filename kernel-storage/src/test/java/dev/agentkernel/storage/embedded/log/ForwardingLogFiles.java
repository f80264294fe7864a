package dev.agentkernel.storage.embedded.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Passes everything on, and lets a test step in before a force. */
class ForwardingLogFiles implements LogFiles {

    private final LogFiles files;

    ForwardingLogFiles(LogFiles files) {
        this.files = files;
    }

    /** Called before the content of a file is forced. */
    protected void beforeForce() throws IOException {}

    @Override
    public void createDirectory(Path directory) throws IOException {
        files.createDirectory(directory);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        return files.list(directory);
    }

    @Override
    public AppendFile create(Path file) throws IOException {
        return new Forwarding(files.create(file));
    }

    @Override
    public AppendFile openForAppend(Path file) throws IOException {
        return new Forwarding(files.openForAppend(file));
    }

    @Override
    public ReadFile openForRead(Path file) throws IOException {
        return files.openForRead(file);
    }

    @Override
    public long size(Path file) throws IOException {
        return files.size(file);
    }

    @Override
    public void delete(Path file) throws IOException {
        files.delete(file);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        files.forceDirectory(directory);
    }

    private final class Forwarding implements AppendFile {

        private final AppendFile file;

        Forwarding(AppendFile file) {
            this.file = file;
        }

        @Override
        public void write(long offset, ByteBuffer... parts) throws IOException {
            file.write(offset, parts);
        }

        @Override
        public void force() throws IOException {
            beforeForce();
            file.force();
        }

        @Override
        public void truncate(long bytes) throws IOException {
            file.truncate(bytes);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
