package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.WebSocketRoute;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A kernel that goes away, falls silent, or refuses. */
abstract class ConnectionSuite extends BrowserSuite {

    @Test
    void pageShouldComeBackAfterARestartWithWhatItMissed() {
        Player player = lively().newPlayer("survivor", "");
        player.put("restart/before", "1");
        Page page = live("/events?type=state_written&agent=" + player.address()).page();
        expect(EventsSuite.rows(page)).hasCount(1);
        lively().stop();
        expect(page.locator("#live")).hasAttribute("data-state", "away");
        expect(page.locator("#stale")).containsText("No word from the kernel since");
        expect(EventsSuite.rows(page)).hasCount(1);

        lively().start();
        player.put("restart/meanwhile", "2");
        expectLive(page);
        expect(page.locator("#stale")).isHidden();
        player.put("restart/after", "3");
        expect(EventsSuite.rows(page)).hasCount(3);
        assertThat(page.locator(".row.event .text").allInnerTexts())
                .containsExactly("restart/after = 3", "restart/meanwhile = 2", "restart/before = 1");
    }

    @Test
    void silentSocketShouldBeShownAsStale() {
        AtomicBoolean silent = new AtomicBoolean();
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page().routeWebSocket(Pattern.compile(".*/ws/dashboard"), socket -> {
            WebSocketRoute kernel = socket.connectToServer();
            kernel.onMessage(frame -> {
                if (!silent.get()) {
                    socket.send(frame.text());
                }
            });
        });
        Page page = tab.open("/").page();
        expectLive(page);
        silent.set(true);
        expect(page.locator("#live")).hasAttribute("data-state", "stale");
        expect(page.locator("#stale")).isVisible();
        silent.set(false);
        expectLive(page);
        expect(page.locator("#stale")).isHidden();
    }

    @Test
    void refusedRequestShouldBeSaidInASentence() {
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page()
                .route(
                        "**/observe/**",
                        route -> route.fulfill(new Route.FulfillOptions()
                                .setStatus(503)
                                .setContentType("application/json")
                                .setBody("{\"error\":\"unavailable\",\"message\":\"The storage is away.\"}")));
        tab.open("/");
        for (String view : List.of("/", "/events", "/agents", "/agents/tab_0", "/network", "/state", "/transparency")) {
            tab.go(view);
            expect(tab.page().locator("#content [role=alert]").first()).hasText("The storage is away.");
            tab.page().evaluate("document.querySelector('#content').replaceChildren()");
        }
    }

    @Test
    void kernelThatDoesNotAnswerShouldBeSaidToBeAway() {
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page().route("**/observe/**", Route::abort);
        Page page = tab.open("/agents").page();
        expect(page.locator("#content [role=alert]"))
                .hasText("The kernel does not answer. The page goes on when it is back.");
    }
}
