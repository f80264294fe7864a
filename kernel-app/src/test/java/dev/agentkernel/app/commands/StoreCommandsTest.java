package dev.agentkernel.app.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.app.cli.ExitStatus;
import dev.agentkernel.storage.embedded.EmbeddedStorage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreCommandsTest {

    @TempDir
    private Path directory;

    private static int run(String... arguments) {
        assertThat(StoreCommands.isCommand(arguments)).isTrue();
        return StoreCommands.run(arguments);
    }

    private String data(String name) {
        return "--kernel.data-dir=" + directory.resolve(name);
    }

    private EmbeddedStorage open(String name) throws IOException {
        return EmbeddedStorage.open(
                new EmbeddedStorage.Settings(directory.resolve(name), 1 << 20, 0), InstantSource.system());
    }

    @Test
    void aStoreShouldBeBackedUpVerifiedAndRestored() throws IOException {
        open("data").close();
        String backup = directory.resolve("backup").toString();

        assertThat(run("verify", data("data"))).isZero();
        assertThat(run("backup", data("data"), "--to=" + backup)).isZero();
        assertThat(run("restore", data("other"), "--from=" + backup)).isZero();
        assertThat(run("restore", data("data"), "--from=" + backup)).isEqualTo(ExitStatus.CANNOT_CREATE.code());
    }

    @Test
    void theExitStatusShouldTellWhatIsWrong() throws IOException {
        assertThat(run("backup")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(run("verify", "word")).isEqualTo(ExitStatus.USAGE.code());
        assertThat(run("verify", data("nothing"))).isEqualTo(ExitStatus.NO_INPUT.code());
        assertThat(run("migrate", data("nothing"))).isEqualTo(ExitStatus.CONFIGURATION.code());
        assertThat(run("verify", "--kernel.data-dirr=x")).isEqualTo(ExitStatus.CONFIGURATION.code());
        try (EmbeddedStorage running = open("running")) {
            assertThat(running.isAvailable()).isTrue();
            assertThat(run("verify", data("running"))).isEqualTo(ExitStatus.IN_USE.code());
        }
    }

    @Test
    void helpAndVersionShouldEndWell() {
        assertThat(run("--help")).isZero();
        assertThat(run("migrate", "--help")).isZero();
        assertThat(run("--version")).isZero();
        assertThat(StoreCommands.isCommand(new String[] {"--server.port=1"})).isFalse();
        assertThat(StoreCommands.isCommand(new String[0])).isFalse();
    }

    @Test
    void theBarShouldGrow() {
        ProgressBar bar = new ProgressBar(false);
        bar.begin("messages", 2_000);
        bar.advance(1_000);
        assertThat(bar.line())
                .isEqualTo("messages                 [###############---------------]  50 %  1,000 of 2,000");
    }
}
