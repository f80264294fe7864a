package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;

/** Proves that an adapter's test runs every contract that there is. */
public final class Contracts {

    private static final String ENDING = "Contract.class";

    private Contracts() {}

    /** Fails unless the test class has one nested subclass of each contract but the named one, which is for other storages. */
    public static void assertAllNestedIn(Class<?> test, Class<? extends StorageContract> notForThisStorage)
            throws IOException, URISyntaxException {
        Set<String> expected = all();
        assertThat(expected).contains(notForThisStorage.getSimpleName()).hasSizeGreaterThan(5);
        expected.remove(notForThisStorage.getSimpleName());
        Collection<String> nested = Arrays.stream(test.getDeclaredClasses())
                .filter(type -> type.isAnnotationPresent(Nested.class))
                .filter(StorageContract.class::isAssignableFrom)
                .map(type -> type.getSuperclass().getSimpleName())
                .toList();
        assertThat(nested).containsExactlyInAnyOrderElementsOf(expected);
    }

    private static Set<String> all() throws IOException, URISyntaxException {
        Path classes = Path.of(StorageContract.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        Path folder = classes.resolve(StorageContract.class.getPackageName().replace('.', '/'));
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(ENDING) && !name.equals("StorageContract.class"))
                    .map(name -> name.substring(0, name.length() - ".class".length()))
                    .filter(Contracts::isAbstract)
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static boolean isAbstract(String name) {
        try {
            Class<?> type = Class.forName(StorageContract.class.getPackageName() + "." + name);
            return Modifier.isAbstract(type.getModifiers()) && StorageContract.class.isAssignableFrom(type);
        } catch (ClassNotFoundException impossible) {
            throw new IllegalStateException("the class file " + name + " is there", impossible);
        }
    }
}
