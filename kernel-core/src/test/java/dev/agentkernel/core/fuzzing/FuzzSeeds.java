package dev.agentkernel.core.fuzzing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * Replays the seeds of fuzz tests as ordinary tests, without the fuzzer, which changes the classes of its JVM: whatever broke
 * something once is tried in every run.
 */
public final class FuzzSeeds {

    private static final String CLASS_ENDING = "FuzzTest.class";

    private FuzzSeeds() {}

    /** A test for each seed of each fuzz test of a module, which has to have some. */
    public static List<DynamicTest> ofTheModuleOf(Class<?> anyTest) throws ReflectiveOperationException {
        List<DynamicTest> tests = new ArrayList<>();
        try {
            Path classes = Path.of(
                    anyTest.getProtectionDomain().getCodeSource().getLocation().toURI());
            for (Path file : filesBelow(classes)) {
                if (file.toString().endsWith(CLASS_ENDING)) {
                    tests.addAll(ofClass(classes, file));
                }
            }
        } catch (IOException | URISyntaxException unreadable) {
            throw new IllegalStateException("the test classes cannot be listed", unreadable);
        }
        assertThat(tests).isNotEmpty();
        return tests;
    }

    private static List<Path> filesBelow(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private static List<DynamicTest> ofClass(Path classes, Path file) throws IOException, ReflectiveOperationException {
        String path = classes.relativize(file).toString();
        String name = path.substring(0, path.length() - ".class".length());
        Class<?> fuzzTest = Class.forName(name.replace(File.separatorChar, '.'));
        List<DynamicTest> tests = new ArrayList<>();
        for (Method method : fuzzTest.getDeclaredMethods()) {
            if (method.getAnnotations().length > 0) {
                assertThat(method.getParameterTypes())
                        .as("parameters of %s", method)
                        .containsExactly(byte[].class);
                for (Path seed : filesBelow(classes.resolve(name + "Inputs").resolve(method.getName()))) {
                    tests.add(DynamicTest.dynamicTest(
                            fuzzTest.getSimpleName() + " takes " + seed.getFileName(),
                            () -> replay(method, Files.readAllBytes(seed))));
                }
            }
        }
        assertThat(tests).as("seeds of %s", fuzzTest).isNotEmpty();
        return tests;
    }

    private static void replay(Method method, byte[] seed) throws Throwable {
        var constructor = method.getDeclaringClass().getDeclaredConstructor();
        constructor.setAccessible(true);
        method.setAccessible(true);
        try {
            method.invoke(constructor.newInstance(), (Object) seed);
        } catch (InvocationTargetException broken) {
            throw broken.getCause();
        }
    }
}
