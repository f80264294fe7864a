package dev.agentkernel.app.browser;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What was removed, and whether the log of it is whole. */
abstract class TransparencySuite extends BrowserSuite {

    @Test
    void removalShouldBeListedAndTheChainVerifiedInTheBrowser() {
        remove("secrets/ünïcode key", "Published by mistake – „sorry“.");
        remove("secrets/other", "The same.");
        Tab tab = live("/transparency");
        Page page = tab.page();
        expect(page.locator(".verdict .chip")).hasText("chain intact");
        Locator rows = page.locator("tbody tr");
        expect(rows.filter(new Locator.FilterOptions().setHasText("secrets/ünïcode key")))
                .containsText("Published by mistake – „sorry“.");
        tab.expectNoComplaints();
    }

    @Test
    void entryThatWasChangedShouldBreakTheChain() {
        remove("secrets/rewritten", "The true reason.");
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page().route("**/observe/transparency*", route -> {
            String body = route.fetch().text().replace("The true reason.", "Another reason.");
            route.fulfill(new Route.FulfillOptions()
                    .setContentType("application/json")
                    .setBody(body));
        });
        Page page = tab.open("/transparency").page();
        expect(page.locator(".verdict .chip")).hasText("chain broken");
        expect(page.locator(".verdict")).containsText("is not what it was when it was written");
    }

    private void remove(String key, String reason) {
        lively().newPlayer("careless", "").put(key, "secret");
        lively().administrator()
                .post("/admin/remove", Map.of("type", "state", "key", key, "reason", reason))
                .expect(200);
    }
}
