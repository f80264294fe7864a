package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.agentkernel.api.ApiSettings;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What one sees first. */
abstract class OverviewSuite extends BrowserSuite {

    private static final int FIGURES_MIN = 10;
    private static final long TRANSFERRED_BYTES_MAX = 300_000;

    @Test
    void figuresShouldMoveWhileAgentsAct() {
        Tab tab = live("/");
        Page page = tab.page();
        // The population comes one by one.
        expect(tile(page, "Agents").locator("dd > span"))
                .hasText(Pattern.compile("^(2[4-9]|[3-9]\\d|[1-9][\\d,]{2,})$"));
        Locator messages = tile(page, "Messages sent").locator("dd > span");
        expect(messages).hasText(Pattern.compile("\\d"));
        String before = messages.innerText();
        expect(messages).not().hasText(before);
        tab.expectNoComplaints();
    }

    @Test
    void everyFigureAndEveryReplicaShouldBeThere() {
        Page page = live("/").page();
        Locator figures = page.locator(".tile:visible dd > span");
        expect(figures.nth(FIGURES_MIN - 1)).isVisible();
        for (Locator figure : figures.all()) {
            expect(figure).not().hasText("–");
        }
        Locator replicas = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Replicas"));
        expect(replicas.locator("tbody tr")).hasCount(1);
        expect(replicas).containsText(lively().bean(ApiSettings.class).version());
    }

    @Test
    void verdictsShouldSayWhatComesFirstToItsLimit() {
        Page page = live("/").page();
        Locator rows = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Verdicts"))
                .locator("tbody tr");
        expect(rows.first()).isVisible();
        List<String> verdicts = rows.locator(".chip").allInnerTexts();
        assertThat(verdicts).hasSizeGreaterThan(3).isSubsetOf("ok", "watch", "act");
        expect(rows.first()).containsText("docs/scaling.md");
    }

    @Test
    void firstViewShouldBeSmall() {
        Page page = tab(lively(), Look.LIGHT).open("/").page();
        expect(tile(page, "Agents").locator("dd > span")).not().hasText("–");
        Object bytes = page.evaluate("""
                [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
                    .reduce((sum, entry) => sum + entry.transferSize, 0)""");
        Object millis = page.evaluate("""
                Math.round(Math.max(...performance.getEntriesByType('paint').map((entry) => entry.startTime)))""");
        Figures.note("first view", bytes + " bytes, painted after " + millis + " ms");
        assertThat(((Number) bytes).longValue()).isPositive().isLessThan(TRANSFERRED_BYTES_MAX);
    }
}
