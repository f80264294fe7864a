package dev.agentkernel.app.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import dev.agentkernel.app.browser.Tab.Look;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Who talks to whom. */
abstract class NetworkSuite extends BrowserSuite {

    private static final int NODES_MAX = 500;

    @Test
    void graphShouldBeDrawnWithTheStrongestLinksBesideIt() {
        Tab tab = live("/network");
        Page page = tab.page();
        expect(page.locator("tbody tr").first()).isVisible();
        page.waitForFunction("() => document.querySelectorAll('tbody tr').length >= 5");
        page.waitForFunction(INKED);
        expect(page.locator("tbody a").first()).not().containsText("tab_");
        tab.expectNoComplaints();
    }

    @Test
    void graphShouldFollowWhoTalksMore() {
        Page page = live("/network").page();
        Locator count = page.locator("h1 + .sub");
        expect(count).hasText(Pattern.compile("\\d agents, "));
        String before = count.innerText();
        Player one = lively().newPlayer("newcomer one", "");
        Player two = lively().newPlayer("newcomer two", "");
        one.send(two, "Hello.");
        expect(count).not().hasText(before);
    }

    @Test
    void manyAgentsShouldBeDrawnAsClusters() {
        Tab tab = tab(lively(), Look.LIGHT);
        tab.page().route("**/observe/network*", NetworkSuite::answerWithCrowds);
        Page page = tab.open("/network").page();
        expect(page.locator("h1 + .sub")).hasText("1,998 agents, 999 links, drawn as " + NODES_MAX + " clusters");
        page.waitForFunction(INKED);
    }

    @Test
    void clustersShouldLoseNobodyAndHoldWhoTalksTogether() {
        Page page = live("/").page();
        Object result = page.evaluate("""
                async () => {
                  const {clustered} = await import('/dashboard/clusters.js');
                  const nodes = [];
                  const edges = [];
                  for (let i = 0; i < 60; i++) {
                    nodes.push({address: `hub${i}`, messages_sent: 1000, messages_received: 0});
                  }
                  for (let group = 0; group < 30; group++) {
                    for (let i = 0; i < 10; i++) {
                      nodes.push({address: `g${group}m${i}`, messages_sent: 1, messages_received: 1});
                      edges.push({from: `g${group}m${i}`, to: `g${group}m${(i + 1) % 10}`, count: 3});
                      edges.push({from: `g${group}m${i}`, to: `hub${group}`, count: 1});
                    }
                  }
                  const made = clustered({nodes, edges}, 100);
                  const all = made.nodes.flatMap(({members}) => members);
                  const groups = made.nodes.filter(({members}) => members.length === 10);
                  return [made.nodes.length, all.length, new Set(all).size,
                    groups.filter(({members}) => new Set(members.map((name) => name.split('m')[0])).size === 1).length,
                    made.edges.reduce((sum, {messages}) => sum + messages, 0)].join(' ');
                }""");
        // 60 alone, 30 groups of ten; only what goes to the hubs leads from node to node.
        assertThat(result).isEqualTo("90 360 360 30 300");
    }

    /** Whether anything is drawn. */
    private static final String INKED = """
            () => {
              const canvas = document.querySelector('.graph canvas');
              const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let inked = 0;
              for (let i = 3; i < data.length; i += 4) {
                inked += data[i] > 0 ? 1 : 0;
              }
              return inked > 500;
            }""";

    private static void answerWithCrowds(Route route) {
        StringBuilder nodes = new StringBuilder();
        StringBuilder edges = new StringBuilder();
        for (int i = 0; i < 1998; i++) {
            nodes.append(i == 0 ? "" : ",")
                    .append("{\"address\":\"tab_%020d\",\"messages_sent\":%d,\"messages_received\":1}".formatted(i, i));
        }
        for (int i = 0; i < 999; i++) {
            edges.append(i == 0 ? "" : ",")
                    .append("{\"from\":\"tab_%020d\",\"to\":\"tab_%020d\",\"count\":%d}"
                            .formatted(2 * i, 2 * i + 1, i + 1));
        }
        route.fulfill(new Route.FulfillOptions()
                .setContentType("application/json")
                .setBody("{\"nodes\":[" + nodes + "],\"edges\":[" + edges + "]}"));
    }
}
