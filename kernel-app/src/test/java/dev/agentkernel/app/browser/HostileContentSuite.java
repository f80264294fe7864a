package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import dev.agentkernel.app.browser.Tab.Look;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Agents that write markup wherever they may write anything: all of it is text. */
abstract class HostileContentSuite extends BrowserSuite {

    private static final String MARKUP =
            "<img src=x onerror=\"window.hacked=1\"><script>window.hacked=1</script><b class=hostile>bold</b>";
    private static final String SHORT = "<b class=hostile>x</b><script>hacked=1</script>";

    @Test
    void markupOfAgentsShouldStayTextInEveryView() {
        Player hostile = lively().newPlayer(SHORT, MARKUP, "<i class=hostile>");
        Player victim = lively().newPlayer("victim </title><script>window.hacked=1</script>", MARKUP);
        hostile.send(victim, MARKUP);
        hostile.put("hostile/" + MARKUP, MARKUP);
        hostile.put("hostile/json", "{\"" + SHORT + "\": \"" + SHORT + "\"}");
        hostile.put("removed/" + SHORT, "gone");
        lively().administrator()
                .post("/admin/remove", Map.of("type", "state", "key", "removed/" + SHORT, "reason", MARKUP))
                .expect(200);

        Tab tab = tab(lively(), Look.LIGHT).open("/events?agent=" + hostile.address());
        Page page = tab.page();
        expect(page.locator(".list")).containsText(": " + MARKUP);
        expect(page.locator(".list")).containsText(SHORT);
        page.locator(".row.event", new Page.LocatorOptions().setHasText("message_sent"))
                .click();
        expect(page.locator(".detail pre")).containsText("<b class=hostile>bold</b>");

        tab.go("/agents?q=hostile");
        expect(page.locator(".agent-row").first()).containsText(SHORT);
        tab.go("/agents/" + hostile.address());
        expect(page.locator("h1")).hasText(SHORT);
        expect(page.locator("#content")).containsText(MARKUP);
        tab.go("/network");
        expect(page.locator("tbody tr").first()).isVisible();
        tab.go("/state?prefix=hostile/&key=" + URLEncoder.encode("hostile/" + MARKUP, StandardCharsets.UTF_8));
        expect(page.locator(".detail pre")).hasText(MARKUP);
        tab.go("/state?key=hostile/json");
        expect(page.locator(".detail pre")).containsText(SHORT);
        tab.go("/transparency");
        expect(page.locator("tbody")).containsText(MARKUP);
        expectNothingRan(tab);
    }

    @Test
    void linkWithMarkupShouldShowNothingButText() {
        Tab tab = tab(lively(), Look.LIGHT).open("/agents/" + URLEncoder.encode(MARKUP, StandardCharsets.UTF_8));
        Page page = tab.page();
        expect(page.locator("#content [role=alert]")).isVisible();
        tab.go("/" + SHORT);
        expect(page.locator("#content [role=alert]")).hasText("There is no such view.");
        tab.go("/events?type=" + SHORT + "&text=" + SHORT + "&agent=" + SHORT);
        expect(page.getByRole(AriaRole.HEADING).first()).hasText("Events");
        tab.go("/state?prefix=" + SHORT);
        expect(page.locator("h1 + .sub")).hasText("0 keys");
        // That the kernel refused the addresses stands on the console; nothing else does.
        assertThat(tab.complaints()).allMatch(complaint -> complaint.contains("status of 40"));
        assertThat(page.evaluate("window.hacked === undefined && document.querySelector('.hostile') === null"))
                .isEqualTo(true);
    }

    @Test
    void policyShouldStopWhatGotIntoThePageAllTheSame() {
        Page page = live("/").page();
        assertThat(page.evaluate("""
                () => {
                  const attempts = [
                    () => document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.hacked=1">'),
                    () => document.createElement('img').setAttribute('onerror', 'window.hacked=1'),
                    () => { document.createElement('script').textContent = 'window.hacked=1'; },
                    () => { document.createElement('script').src = '/dashboard/page.js'; },
                    () => setTimeout('window.hacked=1', 0),
                  ];
                  return attempts.map((attempt) => {
                    try {
                      attempt();
                      return 'taken';
                    } catch (refused) {
                      return refused.name;
                    }
                  }).join(' ');
                }""")).isEqualTo("TypeError TypeError TypeError TypeError TypeError");
        assertThat(page.evaluate("""
                () => new Promise((resolve) => {
                  addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective));
                  new Image().src = 'http://127.0.0.1:9/what-was-read-here';
                })""")).isEqualTo("img-src");
        assertThat(page.evaluate("window.hacked === undefined")).isEqualTo(true);
    }

    private static void expectNothingRan(Tab tab) {
        tab.expectNoComplaints();
        assertThat(tab.page().evaluate("window.hacked === undefined && document.querySelector('.hostile') === null"))
                .isEqualTo(true);
    }
}
