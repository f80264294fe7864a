package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** One tab with cookies of its own, which writes down everything that goes wrong in it. For one thread. */
final class Tab implements AutoCloseable {

    private static final double PATIENCE_MILLIS = 60_000;

    /** What a screen is like. */
    enum Look {
        LIGHT(ColorScheme.LIGHT, 1280, 800),
        DARK(ColorScheme.DARK, 1280, 800),
        PHONE(ColorScheme.LIGHT, 360, 740),
        DARK_PHONE(ColorScheme.DARK, 360, 740);

        private final ColorScheme colours;
        private final int width;
        private final int height;

        Look(ColorScheme colours, int width, int height) {
            this.colours = colours;
            this.width = width;
            this.height = height;
        }
    }

    private final URI kernel;
    private final BrowserContext context;
    private final Page page;
    private final List<String> complaints = new ArrayList<>();

    Tab(Browser browser, URI kernel, Look look) {
        this.kernel = kernel;
        this.context = browser.newContext(new Browser.NewContextOptions()
                .setColorScheme(look.colours)
                // What breathes is drawn sixty times a second, for nobody.
                .setReducedMotion(ReducedMotion.REDUCE)
                .setViewportSize(look.width, look.height)
                .setAcceptDownloads(true));
        context.setDefaultTimeout(PATIENCE_MILLIS);
        this.page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add("console: " + message.text());
            }
        });
        page.onPageError(error -> complaints.add("error: " + error));
        page.onDialog(dialog -> {
            complaints.add("dialog: " + dialog.message());
            dialog.dismiss();
        });
    }

    Page page() {
        return page;
    }

    /** Loads the pages anew, at one of their views. */
    Tab open(String view) {
        // Another hash alone would not load anything.
        page.navigate("about:blank");
        page.navigate(kernel + "/#" + view);
        return this;
    }

    /** Goes to a view of the pages that are already there. */
    Tab go(String view) {
        page.evaluate("view => { location.hash = view; }", view);
        return this;
    }

    /** What went wrong so far: refused by the policy, thrown, or asked in a dialog. */
    List<String> complaints() {
        return List.copyOf(complaints);
    }

    void expectNoComplaints() {
        assertThat(complaints).isEmpty();
    }

    void screenshot(Path file) {
        page.screenshot(new Page.ScreenshotOptions().setPath(file));
    }

    @Override
    public void close() {
        context.close();
    }
}
