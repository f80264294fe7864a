package dev.agentkernel.app.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How the kernel is started from this test's class path: with a class archive, which halves the processor time of a start. An
 * archive wants jars, so the directories of the class path are packed first. The test JVMs of a build share it, in its
 * {@code target} directory, until a class changes.
 */
public final class KernelProgram {

    private static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    private static final String MAIN = "dev.agentkernel.app.KernelApplication";
    private static final Path PLACE = Path.of("target", "kernel-program").toAbsolutePath();

    private final Path directory;
    private final List<String> classPath;

    private KernelProgram(Path directory, List<String> classPath) {
        this.directory = directory;
        this.classPath = classPath;
    }

    private static final class Once {

        private static final KernelProgram INSTANCE = prepare();

        private static KernelProgram prepare() {
            try {
                Files.createDirectories(PLACE);
                // Whoever comes first makes it, and the other test JVMs wait.
                try (FileChannel file =
                        FileChannel.open(PLACE.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
                    // Until the file is closed.
                    file.lock();
                    return made();
                }
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }

        private static KernelProgram made() throws IOException {
            List<String> sources = List.of(System.getProperty("java.class.path").split(File.pathSeparator));
            Path directory = PLACE.resolve(Long.toHexString(stateOf(sources)));
            KernelProgram program = new KernelProgram(directory, packed(directory, sources));
            if (!Files.exists(program.archiveFile())) {
                deleteAllBelow(PLACE);
                Files.createDirectories(directory);
                for (int i = 0; i < sources.size(); i++) {
                    if (!sources.get(i).equals(program.classPath.get(i))) {
                        pack(Path.of(sources.get(i)), Path.of(program.classPath.get(i)));
                    }
                }
                program.archive();
            }
            return program;
        }
    }

    /** The command that runs the kernel; the first call takes as long as two starts. */
    public static List<String> command() {
        return commandOf(MAIN);
    }

    /** The command that runs another main class of the class path. */
    public static List<String> commandOf(String main) {
        KernelProgram program = Once.INSTANCE;
        return program.commandWith("-XX:SharedArchiveFile=" + program.archiveFile(), main);
    }

    private List<String> commandWith(String archiveOption, String main) {
        List<String> command = new ArrayList<>(JVM);
        command.addAll(List.of(archiveOption, "-cp", String.join(File.pathSeparator, classPath), main));
        return command;
    }

    private Path archiveFile() {
        return directory.resolve("classes.jsa");
    }

    /** Runs a kernel once; the classes that it loaded are archived when it ends. */
    private void archive() throws IOException {
        Path unfinished = directory.resolve("unfinished.jsa");
        try (KernelProcess kernel = KernelProcess.run(
                commandWith("-XX:ArchiveClassesAtExit=" + unfinished, MAIN),
                directory.resolve("data"),
                directory,
                Map.of())) {
            kernel.awaitReady();
            kernel.terminate();
            kernel.awaitEnd();
        }
        Files.move(unfinished, archiveFile(), StandardCopyOption.ATOMIC_MOVE);
    }

    /** Changes with every file of the class path. */
    private static long stateOf(List<String> classPath) throws IOException {
        long state = 0;
        for (String entry : classPath) {
            try (Stream<Path> files = Files.walk(Path.of(entry))) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    state = 31 * state + file.toString().hashCode();
                    state = 31 * state + Files.size(file);
                    state = 31 * state + Files.getLastModifiedTime(file).toMillis();
                }
            }
        }
        return state;
    }

    /** The class path with a jar in the place of each directory. */
    private static List<String> packed(Path directory, List<String> classPath) {
        List<String> jars = new ArrayList<>();
        for (String entry : classPath) {
            jars.add(
                    Files.isDirectory(Path.of(entry))
                            ? directory
                                    .resolve("classes-" + jars.size() + ".jar")
                                    .toString()
                            : entry);
        }
        return jars;
    }

    private static void pack(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(file);
                Stream<Path> files = Files.walk(classes)) {
            for (Path each : files.filter(found -> !found.equals(classes)).toList()) {
                String name = classes.relativize(each).toString().replace(File.separatorChar, '/');
                // Migrations are found by the entry of their directory.
                entries.putNextEntry(new JarEntry(Files.isDirectory(each) ? name + "/" : name));
                if (Files.isRegularFile(each)) {
                    Files.copy(each, entries);
                }
            }
        }
    }

    /** Deletes what earlier builds left, but not the file that is locked. */
    private static void deleteAllBelow(Path place) throws IOException {
        List<Path> old;
        try (Stream<Path> files = Files.list(place)) {
            old = files.filter(Files::isDirectory).toList();
        }
        for (Path each : old) {
            try (Stream<Path> files = Files.walk(each)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
