package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The shared state: tree, viewer, history. */
abstract class StateSuite extends BrowserSuite {

    @Test
    void treeShouldOpenByKeyboardDownToAValue() {
        Player writer = lively().newPlayer("librarian", "");
        writer.put("library/shelves/one", "{\"books\": 3, \"names\": [\"a\", \"b\"]}");
        writer.put("library/note", "plain text");
        Tab tab = live("/state?prefix=library/");
        Page page = tab.page();
        Locator folder = page.locator(".tree .folder");
        expect(folder).hasText("shelves/ 1");
        folder.focus();
        page.keyboard().press("Enter");
        expect(folder).hasAttribute("aria-expanded", "true");
        page.locator(".tree li li button").press("Enter");
        Locator viewer = page.locator(".detail");
        expect(viewer.getByRole(AriaRole.HEADING).first()).hasText("library/shelves/one");
        expect(viewer).containsText("JSON, written by librarian");
        expect(viewer.locator("pre")).containsText("  \"books\": 3,\n");
        assertThat(page.url()).contains("key=library%2Fshelves%2Fone");

        page.locator(".tree > div > ul > li > button", new Page.LocatorOptions().setHasText("note"))
                .click();
        expect(viewer).containsText("text, written by librarian");
        expect(viewer.locator("pre")).hasText("plain text");
        tab.expectNoComplaints();
    }

    @Test
    void viewerShouldFollowAKeyAndTellItsHistory() {
        Player writer = lively().newPlayer("diarist", "");
        writer.put("diary", "first");
        writer.put("diary", "second");
        Page page = live("/state?key=diary").page();
        Locator viewer = page.locator(".detail");
        Locator changes = viewer.locator("tbody tr");
        expect(viewer.locator("pre")).hasText("second");
        expect(changes).hasCount(2);
        expect(changes.first()).containsText("second");
        expect(changes.last()).containsText("first");
        writer.put("diary", "third");
        expect(viewer.locator("pre")).hasText("third");
        expect(changes).hasCount(3);
        writer.client().delete("/v1/state/diary").expect(200);
        expect(viewer).containsText("This key is not there now.");
        expect(changes.first()).containsText("deleted");
    }

    @Test
    void folderWithMoreKeysThanAPageShouldBeOneFolder() {
        Player writer = lively().newPlayer("filler", "");
        for (int i = 0; i < 1_020; i++) {
            writer.put("wide/a/" + i, "");
        }
        writer.put("wide/b", "");
        Page page = live("/state?prefix=wide/").page();
        expect(page.locator(".tree .folder")).hasCount(1);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("More"))
                .click();
        expect(page.locator(".tree .folder")).hasText("a/ 1020");
        expect(page.locator(".tree > div > ul > li")).hasCount(2);
    }

    @Test
    void treeShouldFollowWhatIsWrittenAndDeletedWhileOneIsInIt() {
        Player writer = lively().newPlayer("gardener", "");
        writer.put("garden/beds/one", "seeds");
        writer.put("garden/tools", "spade");
        Page page = live("/state?prefix=garden/").page();
        Locator folder = page.locator(".tree .folder");
        Locator entries = page.locator(".tree > div > ul > li");
        Locator beds = page.locator(".tree li li button");
        expect(entries).hasCount(2);
        folder.click();
        expect(beds).hasCount(1);
        beds.focus();
        writer.put("garden/beds/two", "more seeds");
        writer.put("garden/apples", "");
        writer.client().delete("/v1/state/garden%2Ftools").expect(200);
        expect(beds).hasCount(2);
        expect(folder).hasText("beds/ 2");
        expect(entries)
                .hasText(new Pattern[] {Pattern.compile("^apples 0 B$"), Pattern.compile("^beds/ 2.*one.*two.*")});
        expect(beds.first()).isFocused();
        expect(page.locator("h1 + .sub")).hasText("3 keys");
    }

    @Test
    void removedValueShouldLeaveAViewerThatIsOpen() {
        Player writer = lively().newPlayer("leaky", "");
        writer.put("leak", "a secret");
        Page page = live("/state?key=leak").page();
        Locator viewer = page.locator(".detail");
        expect(viewer.locator("pre")).hasText("a secret");
        lively().administrator()
                .post("/admin/remove", Map.of("type", "state", "key", "leak", "reason", "Published by mistake."))
                .expect(200);
        expect(viewer).not().containsText("a secret");
    }

    @Test
    void keyThatIsNotThereShouldBeSaidToBeMissing() {
        Page page = live("/state?key=never/written").page();
        expect(page.locator(".detail")).containsText("This key is not there now.");
        expect(page.locator(".detail")).containsText("No change of it among the last");
    }
}
