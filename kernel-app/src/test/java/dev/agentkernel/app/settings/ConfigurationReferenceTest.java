package dev.agentkernel.app.settings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigurationReferenceTest {

    private static final Path PAGE = Path.of("..", "docs", "configuration.md");

    private static final String WRITE = "kernel.docs.write";

    private static final String COMMAND =
            "mvn -q -pl kernel-app -am test -Dtest=ConfigurationReferenceTest -Dsurefire.failIfNoSpecifiedTests=false -D"
                    + WRITE + "=true";

    @Test
    void referencePageShouldSayWhatTheCodeSays() throws IOException {
        String page = ConfigurationReference.page();
        if (Boolean.getBoolean(WRITE)) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE)
                .as("docs/configuration.md is stale; write it anew with: %s", COMMAND)
                .content()
                .isEqualTo(page);
    }

    @Test
    void everyPropertyShouldHaveADescription() throws IOException {
        String page = ConfigurationReference.page();
        List<PropertyTree.Leaf> properties = PropertyTree.of(KernelProperties.class);
        assertThat(properties).hasSizeGreaterThan(30);
        assertThat(properties)
                .allSatisfy(property -> assertThat(page)
                        .containsPattern("\\| `" + property.name() + "` \\| [^|]+ \\| [^|]* \\| [A-Z][^|]+\\. \\|"));
    }
}
