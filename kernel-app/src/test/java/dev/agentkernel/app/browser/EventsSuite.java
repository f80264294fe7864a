package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.options.AriaRole;
import dev.agentkernel.app.browser.Tab.Look;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The event log: live, in history, filtered. */
abstract class EventsSuite extends BrowserSuite {

    @Test
    void eventsShouldComeInAsTheyHappen() {
        Tab tab = live("/events");
        Locator newest = rows(tab.page()).first().locator(".seq");
        String before = newest.innerText();
        expect(newest).not().hasText(before);
        assertThat(seqs(tab.page())).isSortedAccordingTo((a, b) -> Long.compare(b, a));
        tab.expectNoComplaints();
    }

    @Test
    void pauseShouldHoldNewEventsUntilOneCatchesUp() {
        Page page = paused();
        long held = seqs(page).getFirst();
        expect(button(page, "Catch up with")).isVisible();
        assertThat(seqs(page).getFirst()).isEqualTo(held);
        button(page, "Catch up with").click();
        expect(rows(page).first().locator(".seq")).not().hasText(Long.toString(held));
        assertThat(seqs(page)).doesNotHaveDuplicates();
    }

    @Test
    void filtersShouldNarrowWhatIsShownAndStandInTheAddress() {
        Player player = lively().newPlayer("filter-" + System.nanoTime(), "");
        player.put("filters/one", "wanted");
        player.put("filters/two", "other");
        Page page = live("/events").page();
        page.getByLabel("Agent: name or address").fill(player.address());
        page.keyboard().press("Enter");
        page.getByLabel("Type of event").selectOption("state_written");
        expect(rows(page)).hasCount(2);
        page.getByLabel("Text in what is shown").fill("WANTED");
        expect(rows(page)).hasCount(1);
        expect(rows(page).first()).containsText("filters/one = wanted");
        assertThat(page.url()).contains("type=state_written", "agent=" + player.address(), "text=WANTED");

        page.reload();
        expect(rows(page)).hasCount(1);
        player.put("filters/three", "wanted, too");
        expect(rows(page)).hasCount(2);
    }

    @Test
    void eventShouldOpenByKeyboardAndHaveALinkThatLasts() {
        Page page = paused();
        rows(page).first().focus();
        page.keyboard().press("ArrowDown");
        expect(rows(page).nth(1)).isFocused();
        String seq = rows(page).nth(1).locator(".seq").innerText();
        page.keyboard().press("Enter");
        Locator detail = page.locator(".detail");
        expect(detail.getByRole(AriaRole.HEADING).first()).hasText("Event " + seq);
        expect(detail.locator("pre")).containsText("\"seq\": " + seq);
        String link = page.url();
        assertThat(link).contains("seq=" + seq);

        Page other = live(link.substring(link.indexOf('#') + 1)).page();
        expect(other.locator(".detail").getByRole(AriaRole.HEADING).first()).hasText("Event " + seq);
        other.keyboard().press("Escape");
        expect(other.locator(".detail")).isHidden();
    }

    @Test
    void scrubberShouldTravelThroughTheHistoryAndBack() {
        Page page = live("/events").page();
        expect(rows(page).nth(5)).isVisible();
        Locator scrubber = page.getByLabel("Place in the history");
        scrubber.fill("5");
        expect(rows(page).first().locator(".seq")).hasText("5");
        expect(rows(page)).hasCount(5);
        expect(page.locator(".scrubber output")).hasText(Pattern.compile("\\d\\d:\\d\\d:\\d\\d"));
        assertThat(page.url()).contains("at=5");
        button(page, "Catch up with").click();
        expect(page.locator(".scrubber output")).hasText("now");
        expect(rows(page).first().locator(".seq")).not().hasText("5");
    }

    @Test
    void exportShouldHoldEveryEventOfTheFilter() throws IOException {
        Player player = lively().newPlayer("exported", "");
        for (int i = 0; i < 3; i++) {
            player.put("exported/" + i, "line\nbreak");
        }
        Page page = live("/events?type=state_written&agent=" + player.address()).page();
        expect(rows(page)).hasCount(3);
        Download download =
                page.waitForDownload(() -> button(page, "Export NDJSON").click());
        assertThat(download.suggestedFilename()).isEqualTo("events.ndjson");
        List<String> lines = Files.readAllLines(download.path());
        assertThat(lines)
                .hasSize(3)
                .allSatisfy(line -> assertThat(
                                JsonMapper.shared().readTree(line).path("agent").asString())
                        .isEqualTo(player.address()));
    }

    @Test
    void longContentShouldBeWholeOnceItIsOpened() {
        Player player = lively().newPlayer("talkative", "");
        player.put("long", "x".repeat(30_000) + "the end");
        Page page = live("/events?type=state_written&agent=" + player.address()).page();
        expect(rows(page)).hasCount(1);
        rows(page).first().click();
        expect(page.locator(".detail pre")).containsText("the end");
    }

    @Test
    void pauseBeforeAnythingHasComeShouldHold() {
        Tab tab = tab(lively(), Look.LIGHT);
        List<Route> held = new ArrayList<>();
        tab.page().route("**/observe/agents?*", held::add);
        Page page = tab.open("/events").page();
        page.waitForCondition(() -> !held.isEmpty());
        button(page, "Pause").click();
        held.forEach(Route::resume);
        expect(button(page, "Catch up with")).isVisible();
        expect(rows(page).first()).isVisible();
    }

    /** The newest events, which stay what they are. */
    private Page paused() {
        Page page = live("/events").page();
        expect(rows(page).nth(1)).isVisible();
        button(page, "Pause").click();
        drawn(page);
        return page;
    }

    static Locator rows(Page page) {
        return page.locator(".row.event");
    }

    private static Locator button(Page page, String name) {
        return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
    }

    private static List<Long> seqs(Page page) {
        return page.locator(".row.event .seq").allInnerTexts().stream()
                .map(Long::parseLong)
                .toList();
    }
}
