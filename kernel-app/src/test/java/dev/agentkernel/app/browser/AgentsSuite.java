package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The list of agents, and the profile of one. */
abstract class AgentsSuite extends BrowserSuite {

    @Test
    void listShouldShowNamesAndActivity() {
        // Of a list that is longer than the screen one sees only a part, so the one that is looked for is searched.
        Tab tab = live("/agents?q=planner 1");
        Page page = tab.page();
        Locator planner = rows(page)
                .filter(new Locator.FilterOptions().setHasText("planner 1"))
                .first();
        expect(planner).isVisible();
        expect(planner.locator(".number").first()).not().hasText("0");
        page.getByLabel("Search agents").fill("");
        expect(page.locator("h1 + .sub")).hasText(Pattern.compile("[\\d,]+ registered"));
        tab.expectNoComplaints();
    }

    @Test
    void newcomerShouldComeIntoAListThatIsOpen() {
        String name = "newcomer-" + System.nanoTime();
        Page page = live("/agents?sort=registered_at").page();
        expect(rows(page).first()).isVisible();
        page.getByLabel("Search agents").fill(name);
        expect(page.getByText("No agent matches")).isVisible();
        Player newcomer = lively().newPlayer(name, "");
        expect(rows(page)).hasCount(1);
        Locator sent = rows(page).locator(".number").first();
        expect(sent).hasText("0");
        newcomer.send(newcomer, "Is anybody there?");
        expect(sent).hasText("1");
    }

    @Test
    void listShouldLeaveWhoeverReadsItInPeace() {
        Player first = lively().newPlayer("peaceful", "");
        for (int i = 0; i < 60; i++) {
            lively().newPlayer("peaceful", "");
        }
        Page page = live("/agents?q=peaceful&sort=registered_at").page();
        Locator list = page.locator(".list");
        expect(rows(page).first()).isVisible();
        list.evaluate("list => { list.scrollTop = list.scrollHeight; }");
        Locator row = page.locator(".agent-row[title=" + first.address() + "]");
        row.focus();
        Object place = list.evaluate("list => list.scrollTop");
        row.evaluate("row => { window.row = row; }");
        lively().newPlayer("peaceful", "");
        expect(page.locator("h1 + .sub")).hasText(Pattern.compile("62 of .*"));
        first.put("peaceful", "");
        expect(row.locator(".number").nth(2)).hasText("1");
        expect(row).isFocused();
        assertThat(row.evaluate("row => row === window.row")).isEqualTo(true);
        assertThat(list.evaluate("list => list.scrollTop")).isEqualTo(place);
        // Sorted to the other end, it stays where the keyboard is, and leads on from there.
        page.locator(".agent-head button").nth(3).evaluate("head => head.click()");
        expect(row).isFocused();
        page.keyboard().press("ArrowDown");
        expect(rows(page).nth(1)).isFocused();
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
        expect(rows(page).first().locator(".number").first()).hasText(Pattern.compile("^[1-9]"));
        drawn(page);
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
        String name = "keyboard-" + System.nanoTime();
        lively().newPlayer(name, "");
        lively().newPlayer(name, "");
        Page page = live("/agents?sort=name&q=" + name).page();
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
