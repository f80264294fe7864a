package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
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
    private static final String THREE_REPLICAS = """
            {"replicas": [%s, %s, %s], "sockets": 3, "presence": [%s, %s, %s]}
            """.formatted(
                    replica("a", 2), replica("b", 1), replica("c", 0), worker(1, "a"), worker(1, "b"), worker(2, "a"));

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
    void figuresOfOneReplicaShouldNotPassForThoseOfAll() {
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page()
                .route(
                        "**/observe/cluster",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setContentType("application/json")
                                .setBody(THREE_REPLICAS)));
        Page page = tab.open("/").page();
        expect(tile(page, "Workers connected").locator("dd > span")).hasText("3");
        expect(tile(page, "Workers connected").locator("small")).hasText("of 2 agents at 3 replicas");
        expect(tile(page, "Open sockets")).containsText("this replica");
        expect(tile(page, "Commit p99")).containsText("of 100 ms, this replica");
        expect(tile(page, "Agents")).not().containsText("this replica");
        Locator replicas = page.getByRole(AriaRole.REGION, new Page.GetByRoleOptions().setName("Replicas"));
        expect(replicas.locator("tbody tr")).hasCount(3);
        expect(replicas.locator("tfoot")).containsText("3 replicas together");
        expect(replicas.locator("tfoot .number")).hasText("3");
        tab.expectNoComplaints();
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

    private static String replica(String name, int workers) {
        return """
                {"replica": "%s", "version": "1", "started_at": "2026-11-20T09:00:00Z",
                 "last_seen_at": "2026-11-20T10:00:00Z", "sockets": %d}""".formatted(name, workers);
    }

    private static String worker(int agent, String replica) {
        return """
                {"address": "tab_%d", "worker_id": "of %s", "session_id": "%s", "replica": "%s",
                 "connected_at": "2026-11-20T09:00:00Z"}""".formatted(agent, replica, replica, replica);
    }
}
