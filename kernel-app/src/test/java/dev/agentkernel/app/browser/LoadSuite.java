package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.agentkernel.app.browser.Tab.Look;
import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.state.Precondition;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Many agents and many events at once; many events over time are {@link EnduranceSuite}. */
abstract class LoadSuite extends BrowserSuite {

    private static final int CROWD = 100_000;
    private static final int BURST_SECONDS = 5;
    private static final int EVENTS_PER_SECOND = 1_000;
    private static final int ELEMENTS_MAX = 700;

    /** Measures the time from frame to frame, and what held a frame up. */
    private static final String WATCH_FRAMES = """
            () => {
              window.frames = [];
              window.longTasks = [];
              new PerformanceObserver((list) => list.getEntries().forEach(({duration}) => window.longTasks.push(duration)))
                  .observe({entryTypes: ['longtask']});
              let before = performance.now();
              requestAnimationFrame(function step(now) {
                window.frames.push(now - before);
                before = now;
                requestAnimationFrame(step);
              });
            }""";

    private static final String FRAMES = """
            () => {
              const sorted = [...window.frames].sort((a, b) => a - b);
              const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))].toFixed(1);
              return `${sorted.length} frames, median ${at(0.5)} ms, p99 ${at(0.99)} ms, longest ${at(1)} ms, `
                + `${window.longTasks.length} tasks of more than 50 ms`;
            }""";

    @Test
    void thousandEventsPerSecondShouldNotFreezeThePage() {
        Player player = lively().newPlayer("hurried", "");
        Page page = live("/events").page();
        expect(EventsSuite.rows(page).first()).isVisible();
        page.evaluate(WATCH_FRAMES);
        Kernel kernel = lively().bean(Kernel.class);
        AgentCaller caller = new AgentCaller(player.address(), 1);
        long begin = System.nanoTime();
        at(EVENTS_PER_SECOND * BURST_SECONDS, number -> {
            long due = begin + TimeUnit.SECONDS.toNanos(number) / EVENTS_PER_SECOND;
            LockSupport.parkNanos(due - System.nanoTime());
            kernel.state()
                    .write(
                            caller,
                            "burst/" + number % 100,
                            ByteString.ofUtf8("value " + number).orElseThrow(),
                            new Precondition.None());
        });
        page.waitForFunction("last => Number(document.querySelector('.row.event .seq').textContent) >= last", (double)
                kernel.observation().lastSeq());
        Figures.note("1,000 events per second", (String) page.evaluate(FRAMES));
        expectFewElements(page);
    }

    @Test
    void hundredThousandAgentsShouldTakeNoMoreRowsThanOneSees() {
        Tab tab = tab(lively(), Look.LIGHT);
        // Registering them takes a kernel most of a minute, and tells nothing about the page.
        tab.page().route("**/observe/agents?*", LoadSuite::answerWithCrowd);
        Page page = tab.open("/agents?sort=registered_at").page();
        expect(page.locator("h1 + .sub")).hasText("100,000 registered");
        page.evaluate(WATCH_FRAMES);
        Locator list = page.locator(".list");
        Locator first = page.locator(".agent-row").first();
        for (double place : new double[] {0.1, 0.5, 0.9, 1, 0}) {
            String before = first.getAttribute("title");
            list.evaluate("(list, place) => { list.scrollTop = list.scrollHeight * place; }", place);
            expect(first).not().hasAttribute("title", before);
            expectFewElements(page);
        }
        page.getByLabel("Search agents").fill("agent 4242");
        expect(page.locator("h1 + .sub")).hasText("11 of 100,000");
        page.locator(".agent-head button").first().click();
        expect(first).containsText("agent 4242");
        Figures.note("list of 100,000 agents, scrolled, searched and sorted", (String) page.evaluate(FRAMES));
    }

    private static void answerWithCrowd(Route route) {
        Matcher cursor =
                Pattern.compile("cursor=(\\d+)").matcher(route.request().url());
        int begin = cursor.find() ? Integer.parseInt(cursor.group(1)) : 0;
        int end = begin + 1_000;
        String agents = IntStream.range(begin, end)
                .mapToObj(number -> """
                        {"address": "tab_%1$020d", "registered_at": "2026-11-20T12:00:00.%1$06dZ", "profile":
                        {"name": "agent %1$d"}, "messages_sent": %1$d, "messages_received": 0, "state_writes": 0,
                        "last_active": null}""".formatted(number))
                .collect(Collectors.joining(","));
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody("{\"agents\": [" + agents + "], \"total\": " + CROWD + ", \"next_cursor\": "
                        + (end < CROWD ? "\"" + end + "\"" : "null") + "}"));
    }

    private static void expectFewElements(Page page) {
        assertThat((Integer) page.evaluate("document.querySelectorAll('*').length"))
                .isLessThan(ELEMENTS_MAX);
    }

    /** Does something for each number, as concurrently as a group commit likes it. */
    private static void at(int count, Consumer<Integer> step) {
        Semaphore room = new Semaphore(256);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            IntStream.range(0, count).forEach(number -> {
                room.acquireUninterruptibly();
                threads.execute(() -> {
                    try {
                        step.accept(number);
                    } finally {
                        room.release();
                    }
                });
            });
        }
    }
}
