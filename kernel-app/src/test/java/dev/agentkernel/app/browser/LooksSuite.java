package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.agentkernel.app.browser.Tab.Look;
import dev.agentkernel.core.Kernel;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Light and dark, wide and narrow, with and without a pointer. */
abstract class LooksSuite extends BrowserSuite {

    /** Whoever wants to see the views finds them here after a run. */
    private static final Path SCREENSHOTS = Figures.DIRECTORY;

    @ParameterizedTest
    @CsvSource({
        "overview, /, tbody tr",
        "events, /events?seq={seq}, .detail pre",
        "agents, /agents, .agent-row",
        "agent, /agents/{agent}, tbody tr",
        "network, /network, tbody tr",
        "state, /state?prefix=looks/&key=looks/one, .detail pre",
        "transparency, /transparency, tbody tr",
    })
    void viewShouldBeAccessibleInBothColoursAndFitAPhone(String name, String view, String settled) {
        Player player = lively().newPlayer("looker", "Is looked at.", "tag");
        player.put("looks/one", "{\"a\": 1}");
        player.put("looks/two", "2");
        player.put("looks/removed", "3");
        lively().administrator()
                .post("/admin/remove", Map.of("type", "state", "key", "looks/removed", "reason", "To be looked at."))
                .expect(200);
        long seq = lively().bean(Kernel.class).observation().lastSeq();
        Page page = live(view.replace("{agent}", player.address()).replace("{seq}", Long.toString(seq)))
                .page();
        expect(page.locator(settled).first()).isVisible();
        String light = background(page);
        Axe.expectNoViolations(page, name + ", light");
        screenshot(page, name + "-light");

        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.DARK));
        assertThat(brightness(background(page))).isLessThan(60);
        assertThat(brightness(light)).isGreaterThan(200);
        Axe.expectNoViolations(page, name + ", dark");
        screenshot(page, name + "-dark");

        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
        page.setViewportSize(360, 740);
        assertThat(page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
                .as("what a phone of 360 pixels would have to scroll sideways")
                .isEqualTo(0);
        Axe.expectNoViolations(page, name + ", narrow");
        screenshot(page, name + "-phone");
    }

    @Test
    void questionForTheTokenShouldBeAccessible() {
        for (Look look : Look.values()) {
            Page page = tab(quiet(), look).open("/").page();
            expect(page.locator("#token-dialog")).isVisible();
            Axe.expectNoViolations(page, "token, " + look);
        }
    }

    @Test
    void themeShouldBeChosenAndKept() {
        Page page = live("/", Look.DARK).page();
        assertThat(brightness(background(page))).isLessThan(60);
        Locator theme = page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Theme"));
        theme.click();
        expect(theme).hasText("Light");
        assertThat(brightness(background(page))).isGreaterThan(200);
        page.reload();
        expect(theme).hasText("Light");
        assertThat(brightness(background(page))).isGreaterThan(200);
        theme.click();
        theme.click();
        expect(theme).hasText("Auto");
        assertThat(brightness(background(page))).isLessThan(60);
    }

    @Test
    void viewsShouldBeReachedByKeyboardAlone() {
        Page page = live("/").page();
        page.keyboard().press("Tab");
        Locator skip = page.getByText("Skip to the content");
        expect(skip).isFocused();
        page.keyboard().press("Enter");
        expect(page.locator("main")).isFocused();

        page.reload();
        expectLive(page);
        // The link over the content, the name, Overview, Events.
        for (int i = 0; i < 4; i++) {
            page.keyboard().press("Tab");
        }
        page.keyboard().press("Enter");
        expect(page.locator("h1")).hasText("Events");
        assertThat(page.title()).isEqualTo("Events · Agent Kernel");
        expect(page.locator("#tabs [aria-current=page]")).hasText("Events");
        expect(page.locator("main")).isFocused();
    }

    private static void screenshot(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(SCREENSHOTS.resolve(name + ".png")));
    }

    private static String background(Page page) {
        return (String) page.evaluate("getComputedStyle(document.body).backgroundColor");
    }

    /** Of {@code rgb(r, g, b)}, from 0 to 255. */
    private static int brightness(String colour) {
        String[] parts = colour.replaceAll("[^0-9,]", "").split(",", -1);
        return (Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]) + Integer.parseInt(parts[2])) / 3;
    }
}
