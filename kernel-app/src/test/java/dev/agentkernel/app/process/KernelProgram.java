package dev.agentkernel.app.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * How the kernel is started from this test's class path: with a class archive, which halves the processor time of a start. An
 * archive wants jars, so the directories of the class path are packed first.
 */
public final class KernelProgram {

    static final List<String> JVM = List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx256m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xlog:disable",
            "-Xlog:all=error:stderr");

    private final Path directory;
    private final String classPath;

    private KernelProgram(Path directory) throws IOException {
        this.directory = directory;
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? pack(path, jars.size()).toString() : entry);
        }
        this.classPath = String.join(File.pathSeparator, jars);
    }

    private static final class Once {

        private static final KernelProgram INSTANCE = prepare();

        private static KernelProgram prepare() {
            try {
                Path directory = Files.createTempDirectory("kernel-program");
                Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory)));
                KernelProgram program = new KernelProgram(directory);
                program.archive();
                return program;
            } catch (IOException failed) {
                throw new UncheckedIOException(failed);
            }
        }
    }

    /** The command that runs the kernel; the first call takes as long as two starts. */
    static List<String> command() {
        return commandOf(KernelProcess.KERNEL);
    }

    /** The command that runs a program of this test which starts a kernel. */
    public static List<String> commandOf(String main) {
        KernelProgram program = Once.INSTANCE;
        return program.commandWith("-XX:SharedArchiveFile=" + program.archiveFile(), main);
    }

    private List<String> commandWith(String archiveOption, String main) {
        List<String> command = new ArrayList<>(JVM);
        command.addAll(List.of(archiveOption, "-cp", classPath, main));
        return command;
    }

    private Path archiveFile() {
        return directory.resolve("classes.jsa");
    }

    /** Runs a kernel once; the classes that it loaded are archived when it ends. */
    private void archive() {
        try (KernelProcess kernel = KernelProcess.run(
                commandWith("-XX:ArchiveClassesAtExit=" + archiveFile(), KernelProcess.KERNEL),
                directory.resolve("data"),
                directory,
                Map.of())) {
            kernel.ready().terminate();
            kernel.awaitEnd();
        }
    }

    private Path pack(Path classes, int number) throws IOException {
        Path jar = directory.resolve("classes-" + number + ".jar");
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
        return jar;
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException leftBehind) {
            System.err.println(directory + " is left behind: " + leftBehind);
        }
    }
}
