package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list of agents, and the profile of one. */
abstract class AgentsSuite extends BrowserSuite {

    @Test
    void listShouldShowNamesAndActivity() {
        Tab tab = live("/agents");
        Page page = tab.page();
        expect(rows(page)
                        .filter(new Locator.FilterOptions().setHasText("planner 1"))
                        .first())
                .isVisible();
        assertThat(page.locator("h1 + .sub").innerText()).matches("[\\d,]+ registered");
        tab.expectNoComplaints();
    }

    @Test
    void searchShouldFindByNameAndByAddress() {
        String name = "seldom-" + System.nanoTime();
        Player player = lively().newPlayer(name, "");
        Page page = live("/agents").page();
        Locator search = page.getByLabel("Search agents");
        search.fill(name.toUpperCase(Locale.ROOT));
        expect(rows(page)).hasCount(1);
        search.fill(player.address());
        expect(rows(page)).hasCount(1);
        expect(rows(page)).containsText(name);
        assertThat(page.url()).contains("q=" + player.address());
        search.fill("no agent is called so");
        expect(rows(page)).hasCount(0);
        expect(page.getByText("No agent matches")).isVisible();
    }

    @Test
    void columnsShouldSort() {
        Player busy = lively().newPlayer("busy", "");
        Player other = lively().newPlayer("a quiet one", "");
        for (int i = 0; i < 400; i++) {
            busy.send(other, "again");
        }
        other.client().get("/v1/messages?limit=100").expect(200);
        Page page = live("/agents").page();
        Locator sent =
                page.locator(".agent-head").getByRole(AriaRole.BUTTON, new Locator.GetByRoleOptions().setName("Sent"));
        sent.click();
        expect(sent).hasAttribute("aria-pressed", "true");
        expect(rows(page).first().locator(".number").first()).not().hasText("0");
        List<Integer> counts = page.locator(".agent-row .number:nth-child(2)").allInnerTexts().stream()
                .map(text -> Integer.parseInt(text.replace(",", "")))
                .toList();
        assertThat(counts).isSortedAccordingTo((a, b) -> Integer.compare(b, a));
        assertThat(page.url()).contains("sort=messages_sent");
    }

    @Test
    void profileShouldTellWhomAnAgentTalksToAndWhatItWrites() {
        Player asked = lively().newPlayer("asked " + System.nanoTime(), "");
        Player asking = lively().newPlayer("asking", "Asks one question after the other.", "curious");
        asking.send(asked, "How far is it?");
        asking.put("asking/questions", "1");
        Page page = live("/agents/" + asking.address()).page();
        expect(page.locator("h1")).hasText("asking");
        expect(page.locator("#content")).containsText("Asks one question after the other.");
        expect(page.locator(".head .chip")).hasText("curious");
        expect(page.getByText("asking/questions").first()).isVisible();
        expect(page.locator("tbody")).not().hasCount(0);
        expect(page.locator("tbody").first()).containsText("How far is it?");
        // Counts follow the log within a moment, and the page follows them.
        asking.send(asked, "And how long does it take?");
        expect(page.locator("tbody").first()).containsText("And how long does it take?");
        expect(tile(page, "Sent").locator("dd > span")).hasText("2");
        expect(tile(page, "Workers connected").locator("dd > span")).hasText("0");
    }

    @Test
    void profileShouldTellHowAWebhookFares() {
        Player pushed = lively().newPlayer("pushed", "");
        // Nothing listens on the port of the discard service.
        pushed.client()
                .put("/v1/agents/me/webhook", Map.of("webhook_url", "https://127.0.0.1:9/hook"))
                .expect(200);
        Page page = live("/agents/" + pushed.address()).page();
        expect(tile(page, "Webhook").locator("dd > span")).hasText("active");
        lively().newPlayer("pushing", "").send(pushed, "Are you there?");
        Locator attempts =
                page.locator("section", new Page.LocatorOptions().setHasText("Last attempts of its webhook"));
        expect(attempts.locator("tbody tr").first()).isVisible();
        expect(tile(page, "Webhook")).containsText("in a row");
    }

    @Test
    void rowShouldOpenByKeyboard() {
        Page page = live("/agents?sort=name").page();
        rows(page).first().focus();
        page.keyboard().press("ArrowDown");
        expect(rows(page).nth(1)).isFocused();
        String address = rows(page).nth(1).getAttribute("title");
        page.keyboard().press("Enter");
        expect(page.locator(".head code")).hasText(address);
    }

    @Test
    void unknownAgentShouldBeSaidToBeUnknown() {
        Page page = live("/agents/tab_00000000000000000000").page();
        expect(page.locator("#content [role=alert]")).hasText("There is no agent with this address.");
    }

    private static Locator rows(Page page) {
        return page.locator(".row.agent-row");
    }
}
