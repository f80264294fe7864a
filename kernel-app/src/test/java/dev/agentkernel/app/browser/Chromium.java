package dev.agentkernel.app.browser;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The Chromium of this machine, without a window. For one thread. */
final class Chromium implements AutoCloseable {

    /** Where the browser is, or {@link #NONE}. */
    static final String PROPERTY = "kernel.test.chromium";

    /** Leaves the tests out that need a browser. */
    static final String NONE = "none";

    private static final List<String> NAMES =
            List.of("chromium", "chromium-browser", "google-chrome-stable", "google-chrome");

    /**
     * What a browser for tests does without. The suggestions below the address bar are a page that every window loads, in a process
     * of its own; the rest is off in each browser that Playwright starts, and this list takes the place of its own.
     */
    private static final List<String> DISABLED = List.of(
            "WebUIOmniboxPopup",
            "WebUIOmniboxAimPopup",
            "WebUIOmniboxFullPopup",
            "AvoidUnnecessaryBeforeUnloadCheckSync",
            "BlockOriginHeaderModificationOnRedirect",
            "BoundaryEventDispatchTracksNodeRemoval",
            "DestroyProfileOnBrowserClose",
            "GlobalMediaControls",
            "HttpsUpgrades",
            "MediaRouter",
            "OptimizationHints",
            "PaintHolding",
            "ThirdPartyStoragePartitioning",
            "Translate");

    private static final double START_MILLIS = 120_000;

    private final Playwright playwright;
    private final Browser browser;

    private Chromium(Playwright playwright, Browser browser) {
        this.playwright = playwright;
        this.browser = browser;
    }

    static Chromium start() {
        Path executable = executable();
        // A browser that Playwright brought itself would be another download, and another version than people have.
        Playwright playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        try {
            BrowserType.LaunchOptions options = new BrowserType.LaunchOptions()
                    .setExecutablePath(executable)
                    .setTimeout(START_MILLIS)
                    // Chromium's sandbox does not work for root, as which continuous integration often runs.
                    .setArgs(List.of(
                            "--no-sandbox",
                            "--disable-dev-shm-usage",
                            "--disable-gpu",
                            "--disable-features=" + String.join(",", DISABLED)));
            return new Chromium(playwright, playwright.chromium().launch(options));
        } catch (RuntimeException failed) {
            playwright.close();
            throw failed;
        }
    }

    private static Path executable() {
        String given = System.getProperty(PROPERTY, "");
        Stream<Path> places = given.isEmpty()
                ? Stream.of((System.getenv("PATH") + ":/usr/bin").split(File.pathSeparator))
                        .flatMap(directory -> NAMES.stream().map(name -> Path.of(directory, name)))
                : Stream.of(Path.of(given));
        return places.filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("There is no Chromium "
                        + (given.isEmpty() ? "on the PATH" : "at " + given)
                        + ", which the tests of the pages need. Install it (Debian: apt-get install chromium), say where it is"
                        + " with -D" + PROPERTY + "=/path/to/chromium, or leave these tests out with -D" + PROPERTY
                        + "="
                        + NONE + "."));
    }

    Browser browser() {
        return browser;
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
