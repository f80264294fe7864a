package dev.agentkernel.storage.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFilesTest {

    private static final ByteString SECRET = ByteString.ofHex("00ff7a".repeat(11));

    private SecretFiles secrets;

    @TempDir
    private Path directory;

    @BeforeEach
    void open() {
        secrets = new SecretFiles(directory);
    }

    @Test
    void aSecretShouldBeMadeOnceAndFoundAgain() {
        assertThat(secrets.loadOrCreate("secret-key", () -> SECRET)).isEqualTo(SECRET);
        ByteString found = new SecretFiles(directory).loadOrCreate("secret-key", () -> {
            throw new AssertionError("made twice");
        });
        assertThat(found).isEqualTo(SECRET);
        assertThat(secrets.placeOf("secret-key"))
                .isEqualTo(directory.resolve("secret-key").toString());
    }

    @Test
    void onlyItsOwnerShouldReadASecret() throws IOException {
        secrets.loadOrCreate("secret-key", () -> SECRET);

        assertThat(Files.getPosixFilePermissions(directory.resolve("secret-key")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    }

    @Test
    void whatACrashLeftHalfWrittenShouldNotStandInTheWay() throws IOException {
        Files.writeString(directory.resolve("secret-key.new"), "00f");

        assertThat(secrets.loadOrCreate("secret-key", () -> SECRET)).isEqualTo(SECRET);
        assertThat(directory.resolve("secret-key.new")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "00f", "no hexadecimal", "00ff\u00e9\u0000"})
    void aDamagedFileShouldBeToldAndLeftAlone(String content) throws IOException {
        Path file = directory.resolve("secret-key");
        Files.writeString(file, content);

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> secrets.loadOrCreate("secret-key", () -> SECRET))
                .withMessageContaining(file.toString())
                .withMessageContaining("does not hold hexadecimal digits")
                .withMessageContaining("Restore it from a backup");
        assertThat(file).content().isEqualTo(content);
    }

    @Test
    void aDirectoryThatCannotBeWrittenShouldBeTold() {
        Path missing = directory.resolve("missing");

        assertThatExceptionOfType(StorageException.class)
                .isThrownBy(() -> new SecretFiles(missing).loadOrCreate("secret-key", () -> SECRET))
                .withMessageContaining(missing.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../secret", "a/b", "Key", "a b", "kernel.lock"})
    void aNameThatLeadsElsewhereShouldBeRefused(String name) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> secrets.loadOrCreate(name, () -> SECRET));
    }

    @Test
    void twoWhoMakeASecretAtOnceShouldGetTheSame() throws InterruptedException, ExecutionException {
        try (ExecutorService makers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < 20; round++) {
                String name = "secret-" + round;
                CountDownLatch start = new CountDownLatch(1);
                Future<ByteString> first = makers.submit(() -> {
                    start.await();
                    return secrets.loadOrCreate(name, () -> ByteString.ofHex("aa"));
                });
                Future<ByteString> second = makers.submit(() -> {
                    start.await();
                    return secrets.loadOrCreate(name, () -> ByteString.ofHex("bb"));
                });
                start.countDown();
                assertThat(first.get()).isEqualTo(second.get());
            }
        }
    }
}
