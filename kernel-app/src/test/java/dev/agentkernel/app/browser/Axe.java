package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** The accessibility check axe-core, run in a page: WCAG 2.2 A and AA, and what it holds for good practice. */
final class Axe {

    private static final String CHECK = """
            async () => {
              const {violations} = await axe.run(document, {resultTypes: ['violations']});
              return violations.flatMap(({id, help, nodes}) =>
                nodes.map(({target, failureSummary}) => `${id} (${help}) at ${target.join(' ')}: ${failureSummary}`)).join('\\n');
            }""";

    private static final String SOURCE = source();

    private Axe() {}

    static void expectNoViolations(Page page, String where) {
        if (Boolean.FALSE.equals(page.evaluate("'axe' in window"))) {
            page.evaluate(SOURCE);
        }
        assertThat(page.evaluate(CHECK)).as(where).isEqualTo("");
    }

    private static String source() {
        try (InputStream script = Axe.class.getResourceAsStream("/axe.min.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
