package dev.agentkernel.app.demo;

import dev.agentkernel.app.demo.Stage.Heard;
import dev.agentkernel.app.demo.Stage.Outcome;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * Lets the cast play, one action at a time. Which one is next depends on nothing but the source of luck and on what the agents have
 * heard, so the same seed plays the same scene as long as the kernel answers alike. Not thread-safe.
 */
final class Scene {

    /** Answering comes before beginning something new, most of the time. */
    private static final double ANSWER_FIRST = 0.7;

    /** Whoever wants nothing passes; after so many in a row the step is over. */
    private static final int PASSES_MAX = 20;

    private final Cast cast;
    private final RandomGenerator random;
    private final LongSupplier nanoTime;
    private final Map<Member, Role> roles = new HashMap<>();
    private final Map<String, Member> byAddress = new HashMap<>();
    private final Map<Member, Long> restUntil = new HashMap<>();
    private final ArrayDeque<Action> waiting = new ArrayDeque<>();
    private final Set<Member> mail = new LinkedHashSet<>();
    private Tally tally = new Tally(0, 0, 0, 0);

    /** How much was done so far; {@code postponed} counts what a limit of the kernel held up. */
    record Tally(long messages, long writes, long reads, long postponed) {

        private Tally plus(Action action) {
            return switch (action) {
                case Action.Send send -> new Tally(messages + 1, writes, reads, postponed);
                case Action.Write write -> new Tally(messages, writes + 1, reads, postponed);
                case Action.Delete delete -> new Tally(messages, writes + 1, reads, postponed);
                case Action.Read read -> new Tally(messages, writes, reads + 1, postponed);
                case Action.LookAround look -> new Tally(messages, writes, reads + 1, postponed);
            };
        }

        private Tally onePostponed() {
            return new Tally(messages, writes, reads, postponed + 1);
        }
    }

    Scene(Cast cast, RandomGenerator random, LongSupplier nanoTime) {
        this.cast = cast;
        this.random = random;
        this.nanoTime = nanoTime;
        for (Member member : cast.members()) {
            roles.put(member, Role.of(member.part()));
            byAddress.put(member.address(), member);
        }
    }

    Tally tally() {
        return tally;
    }

    /**
     * Performs one action, unless everybody rests or nobody wants anything.
     *
     * @throws StageAwayException if the kernel does not answer; the action is then still to be done
     */
    void step(Stage stage) {
        for (int passes = 0; waiting.isEmpty() && passes < PASSES_MAX; passes++) {
            think(stage);
        }
        nextOfWhoeverDoesNotRest().ifPresent(action -> perform(action, stage));
    }

    private void think(Stage stage) {
        if (!mail.isEmpty() && random.nextDouble() < ANSWER_FIRST) {
            Member member = mail.iterator().next();
            List<Heard> heard = stage.take(member);
            mail.remove(member);
            heard.forEach(message -> hear(member, message));
            return;
        }
        Member member = cast.members().get(random.nextInt(cast.members().size()));
        role(member).act(turnOf(member));
    }

    private void hear(Member member, Heard message) {
        Optional<Line> line = Line.parse(message.content());
        if (line.isPresent()) {
            role(member).hear(turnOf(member), message.from(), line.get());
        } else if (!byAddress.containsKey(message.from())) {
            // A person, or a program of theirs, says hello.
            String answer = "I am " + member.name() + " and know about shipments only. You said: ";
            waiting.addLast(new Action.Send(member, message.from(), answer + excerptOf(message.content())));
        }
    }

    private static String excerptOf(String content) {
        int most = Math.min(content.length(), 60);
        int end = most > 0 && Character.isHighSurrogate(content.charAt(most - 1)) ? most - 1 : most;
        return content.substring(0, end);
    }

    private Role role(Member member) {
        Role role = roles.get(member);
        if (role == null) {
            throw new IllegalStateException(member + " has no role");
        }
        return role;
    }

    private Turn turnOf(Member member) {
        return new Turn(member, cast, random, waiting::addLast);
    }

    private Optional<Action> nextOfWhoeverDoesNotRest() {
        long now = nanoTime.getAsLong();
        for (int i = waiting.size(); i > 0; i--) {
            Action action = waiting.removeFirst();
            Long until = restUntil.get(action.by());
            if (until == null || until - now <= 0) {
                return Optional.of(action);
            }
            waiting.addLast(action);
        }
        return Optional.empty();
    }

    private void perform(Action action, Stage stage) {
        Outcome outcome;
        try {
            outcome = stage.perform(action);
        } catch (StageAwayException away) {
            waiting.addFirst(action);
            throw away;
        }
        switch (outcome) {
            case Outcome.Done done -> {
                tally = tally.plus(action);
                if (action instanceof Action.Send send) {
                    Optional.ofNullable(byAddress.get(send.to())).ifPresent(mail::add);
                }
            }
            case Outcome.Later later -> {
                tally = tally.onePostponed();
                restUntil.put(
                        action.by(),
                        nanoTime.getAsLong() + atLeastASecond(later.rest()).toNanos());
                waiting.addLast(action);
            }
        }
    }

    private static Duration atLeastASecond(Duration rest) {
        return rest.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : rest;
    }
}
