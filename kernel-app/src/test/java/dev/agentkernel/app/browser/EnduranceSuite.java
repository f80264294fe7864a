package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import dev.agentkernel.app.browser.Tab.Look;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page that stays open for an hour, or for as many as {@code -Dkernel.test.hours} says. The clock of the page is the test's,
 * and so is what the kernel says: 3,600 seconds with their gauges, 72,000 events, and every refresh of each hour, pass in as little
 * time as the page takes to deal with them. What grows with time or events is plain after one: it has hundreds of refreshes.
 */
abstract class EnduranceSuite extends BrowserSuite {

    private static final int SETTLED_SECONDS = 600;
    private static final int HOURS = Integer.getInteger("kernel.test.hours", 1);
    private static final int EVENTS_PER_SECOND = 20;
    private static final long HEAP_GROWTH_BYTES_MAX = 2 << 20;
    private static final int GROWTH_MAX = 100;
    private static final int REQUESTS_PER_HOUR_MIN = 250;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/events",
                "/agents",
                "/agents/tab_00000000000000000001",
                "/network",
                "/state?key=watched",
                "/transparency"
            })
    void hoursShouldNotMakeAViewGrow(String view) {
        Tab tab = tab(lively(), Look.LIGHT);
        Page page = tab.page();
        page.addInitScript(script());
        tab.open(view);
        page.waitForFunction("() => window.socket?.onmessage");
        CDPSession session = page.context().newCDPSession(page);
        pass(page, SETTLED_SECONDS);
        Size settled = Size.of(session);
        pass(page, HOURS * 3_600 - SETTLED_SECONDS);
        if (!view.equals("/events")) {
            // The other views do not only listen, they ask again and again.
            assertThat((Integer) page.evaluate("window.asked"))
                    .as("requests")
                    .isGreaterThan(HOURS * REQUESTS_PER_HOUR_MIN);
        }
        // A frame that a busy browser has yet to draw holds what it replaces; what is held for good does not go by
        // waiting.
        await().untilAsserted(() -> expectNoGrowth(settled, Size.of(session)));
        Figures.note(HOURS + " hours of " + view, settled + " after ten minutes, " + Size.of(session) + " at the end");
        tab.expectNoComplaints();
    }

    private static void expectNoGrowth(Size settled, Size end) {
        assertThat(end.heapBytes() - settled.heapBytes()).as("heap").isLessThan(HEAP_GROWTH_BYTES_MAX);
        assertThat(end.nodes() - settled.nodes()).as("nodes").isLessThan(GROWTH_MAX);
        assertThat(end.listeners() - settled.listeners()).as("listeners").isLessThan(GROWTH_MAX);
    }

    private static void pass(Page page, int seconds) {
        Object timers = page.evaluate(
                "([seconds, events]) => window.pass(seconds, events)", List.of(seconds, EVENTS_PER_SECOND));
        assertThat((Integer) timers).as("timers").isLessThan(10);
    }

    private static String script() {
        try (InputStream script = EnduranceSuite.class.getResourceAsStream("/browser/hours.js")) {
            return new String(Objects.requireNonNull(script).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** What a page holds once its garbage is collected. */
    private record Size(long heapBytes, int nodes, int listeners) {

        static Size of(CDPSession session) {
            // What a collection sets free may set free more.
            session.send("HeapProfiler.collectGarbage");
            session.send("HeapProfiler.collectGarbage");
            long heapBytes =
                    session.send("Runtime.getHeapUsage").get("usedSize").getAsLong();
            JsonObject counters = session.send("Memory.getDOMCounters");
            return new Size(
                    heapBytes,
                    counters.get("nodes").getAsInt(),
                    counters.get("jsEventListeners").getAsInt());
        }

        @Override
        public String toString() {
            return "%,d bytes of heap, %d nodes, %d listeners".formatted(heapBytes, nodes, listeners);
        }
    }
}
