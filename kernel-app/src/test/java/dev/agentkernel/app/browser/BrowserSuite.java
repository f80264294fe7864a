package dev.agentkernel.app.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.RequestOptions;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** What every suite has: kernels, and tabs that are closed after the test. */
abstract class BrowserSuite {

    private static final double PATIENCE_MILLIS = 60_000;

    private final List<Tab> tabs = new ArrayList<>();
    private Browsing browsing;

    @BeforeEach
    final void use(Browsing given) {
        this.browsing = given;
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    final void closeTabs() {
        tabs.forEach(Tab::close);
    }

    /** The kernel with a population. */
    final DashboardKernel lively() {
        return browsing.lively();
    }

    /** The kernel on which nothing happens by itself, and which asks for a token. */
    final DashboardKernel quiet() {
        return browsing.quiet();
    }

    /** A tab that shows nothing yet. */
    final Tab tab(DashboardKernel kernel, Look look) {
        Tab tab = new Tab(browsing.chromium().browser(), kernel.origin(), look);
        tabs.add(tab);
        return tab;
    }

    /** A tab at a view of the kernel with a population, once live. */
    final Tab live(String view) {
        return live(view, Look.LIGHT);
    }

    final Tab live(String view, Look look) {
        Tab tab = tab(lively(), look).open(view);
        expectLive(tab.page());
        return tab;
    }

    /** A tab at a view of the quiet kernel that has given the token. */
    final Tab admitted(String view) {
        Tab tab = tab(quiet(), Look.LIGHT);
        tab.page()
                .context()
                .request()
                .post(
                        quiet().origin() + "/observe/session",
                        RequestOptions.create().setData(Map.of("token", Browsing.OBSERVATION_TOKEN)));
        tab.open(view);
        expectLive(tab.page());
        return tab;
    }

    /** Waits until the page says that what it shows is live. */
    static void expectLive(Page page) {
        expect(page.locator("#live")).hasAttribute("data-state", "live");
    }

    /** What is awaited of a part of the page. */
    static LocatorAssertions expect(Locator part) {
        return PlaywrightAssertions.assertThat(part);
    }

    /** Waits until what the page has to show so far is drawn: it draws once for each frame. */
    static void drawn(Page page) {
        page.evaluate("() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    }

    /** The tile with this label. */
    static Locator tile(Page page, String label) {
        return page.locator(".tile")
                .filter(new Locator.FilterOptions().setHas(page.locator("dt:text-is('" + label + "')")));
    }
}
