package dev.agentkernel.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SceneTest {

    private static final int STEPS = 4_000;

    private final AtomicLong nanoTime = new AtomicLong();

    @Test
    void shipmentsShouldGoFromPlanToDelivery() {
        PretendKernel kernel = new PretendKernel();
        play(kernel, 24, 7, STEPS);
        Map<String, Long> verbs = new TreeMap<>();
        kernel.sent.forEach(
                send -> verbs.merge(Line.parse(send.content()).orElseThrow().verb(), 1L, Long::sum));
        assertThat(verbs)
                .containsKeys(
                        "reserve", "reserved", "tender", "offer", "book", "unload", "delivered", "thanks", "fine");
        assertThat(verbs.get("delivered")).isGreaterThan(10);
        assertThat(kernel.state.keySet()).anyMatch(key -> key.startsWith("stock/"));
    }

    @Test
    void sameSeedShouldPlayTheSameScene() {
        assertThat(played(24, 7)).isEqualTo(played(24, 7)).isNotEqualTo(played(24, 8));
    }

    @Test
    void sceneShouldGoOnWithTheFewestAgents() {
        PretendKernel kernel = new PretendKernel();
        Scene scene = play(kernel, DemoSettings.AGENTS_MIN, 3, STEPS);
        assertThat(scene.tally().messages()).isGreaterThan(STEPS / 4);
        assertThat(kernel.actions.subList(STEPS - 100, STEPS)).anyMatch(Action.Send.class::isInstance);
    }

    @Test
    void agentShouldRestAsLongAsTheKernelSays() {
        PretendKernel kernel = new PretendKernel();
        Scene scene = new Scene(castOf(5), new Random(1), nanoTime::get);
        kernel.refusing = true;
        IntStream.range(0, 200).forEach(i -> scene.step(kernel));
        long refused = scene.tally().postponed();
        assertThat(refused).isBetween(1L, 5L);
        assertThat(kernel.actions).isEmpty();

        kernel.refusing = false;
        scene.step(kernel);
        assertThat(kernel.actions).isEmpty();
        nanoTime.addAndGet(PretendKernel.REST.toNanos());
        scene.step(kernel);
        assertThat(kernel.actions).hasSize(1);
    }

    @Test
    void actionShouldNotGetLostWhenTheKernelIsAway() {
        PretendKernel kernel = new PretendKernel();
        Scene scene = new Scene(castOf(5), new Random(1), nanoTime::get);
        kernel.away = true;
        assertThatThrownBy(() -> scene.step(kernel)).isInstanceOf(StageAwayException.class);
        kernel.away = false;
        PretendKernel undisturbed = new PretendKernel();
        Scene other = new Scene(castOf(5), new Random(1), nanoTime::get);
        IntStream.range(0, 50).forEach(i -> scene.step(kernel));
        IntStream.range(0, 50).forEach(i -> other.step(undisturbed));
        assertThat(kernel.actions).isEqualTo(undisturbed.actions);
    }

    @Test
    void strangerShouldGetAnAnswer() {
        PretendKernel kernel = new PretendKernel();
        Cast cast = castOf(5);
        Scene scene = new Scene(cast, new Random(1), nanoTime::get);
        cast.members().forEach(member -> kernel.queue(member.address()).add(new Stage.Heard("tab_you", "Hello?")));
        IntStream.range(0, 500).forEach(i -> scene.step(kernel));
        assertThat(kernel.sent).anySatisfy(send -> {
            assertThat(send.to()).isEqualTo("tab_you");
            assertThat(send.content()).endsWith("You said: Hello?");
        });
    }

    private List<Action> played(int agents, long seed) {
        PretendKernel kernel = new PretendKernel();
        play(kernel, agents, seed, 500);
        return kernel.actions;
    }

    private Scene play(PretendKernel kernel, int agents, long seed, int steps) {
        Scene scene = new Scene(castOf(agents), new Random(seed), nanoTime::get);
        IntStream.range(0, steps).forEach(i -> scene.step(kernel));
        return scene;
    }

    private static Cast castOf(int agents) {
        List<Member> members = new ArrayList<>();
        Map<Member.Part, Integer> ordinals = new HashMap<>();
        for (int i = 0; i < agents; i++) {
            Member.Part part = Cast.partOf(i);
            int ordinal = ordinals.merge(part, 1, Integer::sum) - 1;
            members.add(new Member(part, Cast.nameOf(part, ordinal), "tab_" + i, "token " + i));
        }
        assertThat(members).extracting(Member::name).doesNotHaveDuplicates();
        return new Cast(members);
    }

    /** Keeps queues and state in memory. */
    private static final class PretendKernel implements Stage {

        static final Duration REST = Duration.ofSeconds(30);

        final List<Action> actions = new ArrayList<>();
        final List<Action.Send> sent = new ArrayList<>();
        final Map<String, String> state = new HashMap<>();
        private final Map<String, Deque<Heard>> queues = new HashMap<>();
        boolean refusing;
        boolean away;

        Deque<Heard> queue(String address) {
            return queues.computeIfAbsent(address, any -> new ArrayDeque<>());
        }

        @Override
        public Outcome perform(Action action) {
            if (away) {
                throw new StageAwayException("away", new IllegalStateException());
            }
            if (refusing) {
                return new Outcome.Later(REST);
            }
            actions.add(action);
            switch (action) {
                case Action.Send send -> {
                    sent.add(send);
                    queue(send.to()).addLast(new Heard(send.by().address(), send.content()));
                }
                case Action.Write write -> state.put(write.key(), write.value());
                case Action.Delete delete -> state.remove(delete.key());
                case Action.Read read -> {}
                case Action.LookAround look -> {}
            }
            return new Outcome.Done();
        }

        @Override
        public List<Heard> take(Member member) {
            List<Heard> heard = List.copyOf(queue(member.address()));
            queue(member.address()).clear();
            return heard;
        }
    }
}
