package dev.agentkernel.storage.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.events.Event;
import dev.agentkernel.core.events.EventType;
import dev.agentkernel.core.messages.Delivery;
import dev.agentkernel.core.messages.HandOverWaiting;
import dev.agentkernel.core.registry.AgentEntry;
import dev.agentkernel.core.webhooks.WebhookAttempt;
import dev.agentkernel.core.webhooks.WebhookEndpoint;
import dev.agentkernel.core.webhooks.WebhookHealth;
import dev.agentkernel.core.webhooks.WebhookOutbox.WaitingAgents;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What waits to be pushed: in order, one at a time, and in the pull queue as soon as nobody can be pushed to. */
public abstract class WebhookContract extends StorageContract {

    private static final String URL = "https://hooks.example/inbox";
    private static final Duration LEASE = Duration.ofSeconds(30);

    private AgentCaller sender() {
        return kernel.newAgent();
    }

    private AgentCaller withWebhook() {
        AgentCaller agent = kernel.newAgent();
        kernel.accounts().setWebhook(agent, URL);
        return agent;
    }

    private WebhookEndpoint endpoint(AgentCaller agent) {
        return kernel.outbox().endpoints(List.of(agent.address())).get(agent.address());
    }

    private Delivery claim(AgentCaller agent) {
        return kernel.outbox().claim(agent.address(), LEASE).orElseThrow();
    }

    private static String content(Delivery delivery) {
        return delivery.message().content().toUtf8();
    }

    private List<String> pulled(AgentCaller agent) {
        return KernelProcess.contentsOf(kernel.receive(agent, 100));
    }

    private WebhookAttempt attempt(String outcome) {
        return new WebhookAttempt(clock.instant(), UUID.randomUUID(), 0, outcome);
    }

    private WebhookHealth failed(WebhookEndpoint endpoint, @Nullable Instant openUntil) {
        return endpoint.health().failed(attempt("timed_out"), openUntil);
    }

    private void sendAll(AgentCaller to, String... contents) {
        AgentCaller from = sender();
        for (String content : contents) {
            kernel.send(from, to, content);
        }
    }

    @Test
    void messagesOfAnAgentWithAWebhookShouldBePushedOneAtATime() {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");

        assertThat(pulled(agent)).isEmpty();
        assertThat(endpoint(agent).due()).isTrue();
        Delivery first = claim(agent);
        assertThat(content(first)).isEqualTo("one");
        assertThat(endpoint(agent).due()).isFalse();
        assertThat(kernel.outbox().claim(agent.address(), LEASE)).isEmpty();

        kernel.outbox().delivered(endpoint(agent), first, null);

        assertThat(content(claim(agent))).isEqualTo("two");
        Event event = kernel.allEvents(100).getLast();
        assertThat(event.type()).isEqualTo(EventType.MESSAGE_DELIVERED);
        assertThat(event.data().toUtf8()).contains("\"delivery_method\":\"push\"");
    }

    @Test
    void messageThatIsToBeTriedAgainShouldHoldBackThoseBehindIt() {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");
        WebhookEndpoint endpoint = endpoint(agent);

        kernel.outbox().retryLater(endpoint, claim(agent), Duration.ofSeconds(2), failed(endpoint, null));

        assertThat(endpoint(agent).due()).isFalse();
        assertThat(endpoint(agent).health().failuresInRow()).isEqualTo(1);
        assertThat(kernel.outbox().claim(agent.address(), LEASE)).isEmpty();
        clock.advance(Duration.ofSeconds(2));
        kernel.leases().runOnce();
        Delivery again = claim(agent);
        assertThat(content(again)).isEqualTo("one");
        assertThat(again.attempt()).isEqualTo(2);
    }

    @Test
    void openCircuitShouldHandOverWhatWaitsInOrderAndRouteWhatComes() throws Exception {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two", "three");
        WebhookEndpoint endpoint = endpoint(agent);
        Instant openUntil = clock.instant().plusSeconds(300);

        kernel.outbox().handOver(endpoint, claim(agent), failed(endpoint, openUntil));
        sendAll(agent, "four");

        assertThat(pulled(agent)).containsExactly("one", "two", "three", "four");
        restart();
        assertThat(endpoint(agent).health().isOpenAt(clock.instant())).isTrue();
        sendAll(agent, "five");
        assertThat(pulled(agent)).containsExactly("five");
        clock.advance(Duration.ofSeconds(301));
        sendAll(agent, "six");
        assertThat(pulled(agent)).isEmpty();
        assertThat(content(claim(agent))).isEqualTo("six");
    }

    @Test
    void healthShouldBeKeptAndForgottenWithTheUrl() throws Exception {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");
        WebhookEndpoint endpoint = endpoint(agent);
        WebhookHealth health = failed(endpoint, null);
        kernel.outbox().retryLater(endpoint, claim(agent), Duration.ofSeconds(1), health);
        restart();
        assertThat(endpoint(agent).health()).isEqualTo(health);
        clock.advance(Duration.ofSeconds(1));
        kernel.leases().runOnce();
        WebhookHealth recovered = health.delivered(attempt(WebhookAttempt.DELIVERED));
        kernel.outbox().delivered(endpoint(agent), claim(agent), recovered);
        assertThat(endpoint(agent).health()).isEqualTo(recovered);

        kernel.accounts().setWebhook(agent, URL);

        assertThat(endpoint(agent).health()).isEqualTo(WebhookHealth.UNKNOWN);
        assertThat(endpoint(agent).secretVersion()).isEqualTo(2);
    }

    @Test
    void whatIsNotedOfAnEndpointThatWasReplacedShouldChangeNothing() {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");
        WebhookEndpoint old = endpoint(agent);
        Delivery delivery = claim(agent);
        kernel.accounts().setWebhook(agent, "https://new.example/");

        kernel.outbox().turnOff(old, delivery);

        assertThat(endpoint(agent).url()).isEqualTo("https://new.example/");
        assertThat(endpoint(agent).health()).isEqualTo(WebhookHealth.UNKNOWN);
        assertThat(pulled(agent)).as("what the old one was called for").containsExactly("one");
        assertThat(content(claim(agent))).as("what waits is for the new one").isEqualTo("two");
    }

    @Test
    void circuitOfAnEndpointThatWasReplacedShouldNotOpenForTheNewOne() {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");
        WebhookEndpoint old = endpoint(agent);
        Delivery delivery = claim(agent);
        kernel.accounts().setWebhook(agent, "https://new.example/");

        kernel.outbox().handOver(old, delivery, failed(old, clock.instant().plusSeconds(300)));

        assertThat(endpoint(agent).health()).isEqualTo(WebhookHealth.UNKNOWN);
        assertThat(pulled(agent)).as("what the old one was called for").containsExactly("one");
        assertThat(content(claim(agent))).as("what waits is for the new one").isEqualTo("two");
    }

    @Test
    void removedWebhookShouldLeaveEverythingToBePulledInOrder() {
        AgentCaller agent = withWebhook();
        String[] contents = IntStream.rangeClosed(1, HandOverWaiting.MESSAGES_MAX + 2)
                .mapToObj(Integer::toString)
                .toArray(String[]::new);
        sendAll(agent, contents);
        Delivery underWay = claim(agent);

        kernel.accounts().removeWebhook(agent);

        assertThat(kernel.outbox().endpoints(List.of(agent.address()))).isEmpty();
        assertThat(kernel.outbox().waiting(null, 10).addresses()).isEmpty();
        assertThat(kernel.storage().messages().depth(agent.address()).pullWaiting())
                .isEqualTo(contents.length - 1);
        // Its sender does not know yet that there is no webhook any more.
        clock.advance(LEASE);
        kernel.leases().runOnce();
        List<String> all = new ArrayList<>();
        for (List<String> page = pulled(agent); !page.isEmpty(); page = pulled(agent)) {
            all.addAll(page);
        }
        assertThat(all).containsExactly(contents);
        assertThat(content(underWay)).isEqualTo("1");
    }

    @Test
    void receiverThatIsGoneShouldTurnTheWebhookOff() {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one", "two");

        kernel.outbox().turnOff(endpoint(agent), claim(agent));

        assertThat(kernel.outbox().endpoints(List.of(agent.address()))).isEmpty();
        assertThat(pulled(agent)).containsExactly("one", "two");
        assertThat(kernel.allEvents(100).stream().map(Event::type)).contains(EventType.AGENT_UPDATED);
    }

    @Test
    void whatAnEarlierProcessHadUnderWayShouldBePushedAgain() throws Exception {
        AgentCaller agent = withWebhook();
        sendAll(agent, "one");
        Delivery lost = claim(agent);
        restart();
        assertThat(endpoint(agent).due()).isFalse();

        kernel.leases().giveBackAllHeldBy(kernel.pushes());

        Delivery again = claim(agent);
        assertThat(again.message()).isEqualTo(lost.message());
        assertThat(again.attempt()).isEqualTo(2);
        kernel.outbox().delivered(endpoint(agent), lost, null);
        assertThat(kernel.storage().messages().depth(agent.address()).messages())
                .as("whoever comes late with the old lease changes nothing")
                .isEqualTo(1);
    }

    @Test
    void allForWhomSomethingWaitsShouldBeFoundPageByPage() {
        List<String> expected = new ArrayList<>();
        AgentCaller from = sender();
        for (int i = 0; i < 7; i++) {
            AgentCaller agent = withWebhook();
            AgentCaller pulls = kernel.newAgent();
            kernel.send(from, pulls, "to be pulled");
            kernel.send(from, agent, "one");
            kernel.send(from, agent, "two");
            expected.add(agent.address());
        }
        List<String> found = new ArrayList<>();
        String next = null;
        do {
            WaitingAgents page = kernel.outbox().waiting(next, 3);
            assertThat(page.addresses()).hasSizeLessThanOrEqualTo(3);
            found.addAll(page.addresses());
            next = page.next();
        } while (next != null);

        assertThat(found).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(kernel.storage().webhooks().endpointsAfter(0, 100))
                .allSatisfy(endpoint -> assertThat(kernel.storage().registry().agentsOf(endpoint.operatorId(), 0, 10))
                        .extracting(AgentEntry::address)
                        .containsExactly(endpoint.address()))
                .extracting(WebhookEndpoint::address)
                .containsExactlyElementsOf(expected);
        long third = kernel.storage().webhooks().endpointsAfter(0, 3).getLast().registeredSeq();
        assertThat(kernel.storage().webhooks().endpointsAfter(third, 2))
                .extracting(WebhookEndpoint::address)
                .containsExactlyElementsOf(expected.subList(3, 5));
    }
}
