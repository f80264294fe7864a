package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** A kernel that shows itself by a token, and that is empty: no other suite may do anything on it. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
abstract class AdmissionSuite extends BrowserSuite {

    @Test
    @Order(1)
    void pageShouldAskForTheTokenOnceAndKeepNoneOfIt() {
        Tab tab = tab(quiet(), Look.LIGHT).open("/");
        Page page = tab.page();
        Locator dialog = page.locator("#token-dialog");
        expect(dialog).isVisible();
        expect(page.locator("#token-input")).isFocused();
        page.keyboard().press("Escape");
        expect(dialog).isVisible();
        page.keyboard().type("a token that is wrong");
        page.keyboard().press("Enter");
        expect(page.locator("#token-problem")).not().isEmpty();
        page.locator("#token-input").fill(Browsing.OBSERVATION_TOKEN);
        page.keyboard().press("Enter");
        expect(dialog).isHidden();
        expectLive(page);
        assertThat(page.evaluate("JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}])"))
                .asString()
                .doesNotContain(Browsing.OBSERVATION_TOKEN);
        assertThat(page.locator("#token-input").inputValue()).isEmpty();

        page.reload();
        expectLive(page);
        expect(dialog).isHidden();
    }

    @Test
    @Order(2)
    void emptyViewShouldSayWhatToDoNext() {
        Map<String, String> sentences = Map.of(
                "/", "Nothing has happened here yet",
                "/events", "The log is empty",
                "/agents", "No agent has registered yet",
                "/network", "Nobody has talked yet",
                "/state", "No key has been written yet");
        Tab tab = admitted("/transparency");
        Locator empty = empty(tab.page());
        expect(empty).containsText("Nothing was ever removed");
        sentences.forEach((view, sentence) -> {
            tab.go(view);
            expect(empty).containsText(sentence);
            expect(empty).containsText("demo --url=" + quiet().origin());
            expect(empty).containsText("docs/tour.sh");
        });
    }

    @Test
    @Order(3)
    void firstEventShouldReplaceTheEmptyView() {
        Page page = admitted("/events").page();
        expect(empty(page)).isVisible();
        quiet().operatorKey();
        expect(page.locator(".row.event")).hasCount(1);
        expect(page.locator(".row.event")).containsText("operator_created");
        expect(empty(page)).hasCount(0);
    }

    @Test
    @Order(4)
    void emptyViewShouldGiveWayToWhatHappensWhileItIsOpen() {
        Page agents = admitted("/agents").page();
        Page network = admitted("/network").page();
        Page state = admitted("/state").page();
        Page removals = admitted("/transparency").page();
        List.of(agents, network, state, removals)
                .forEach(page -> expect(empty(page)).isVisible());
        Player first = quiet().newPlayer("the first", "");
        expect(agents.locator(".agent-row")).containsText("the first");
        first.send(first, "Is anybody there?");
        expect(network.locator("tbody tr")).hasCount(1);
        first.put("first", "1");
        expect(state.locator(".tree li")).hasText("first 1 B");
        quiet().administrator()
                .post("/admin/remove", Map.of("type", "state", "key", "first", "reason", "No longer wanted."))
                .expect(200);
        expect(removals.locator("tbody tr")).containsText("No longer wanted.");
        expect(removals.locator(".verdict .chip")).hasText("chain intact");
        List.of(agents, network, removals).forEach(page -> expect(empty(page)).hasCount(0));
    }

    private static Locator empty(Page page) {
        return page.locator(".empty:visible");
    }
}
