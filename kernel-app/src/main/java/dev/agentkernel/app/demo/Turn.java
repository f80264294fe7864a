package dev.agentkernel.app.demo;

import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** What an agent has when it is its turn: itself, the others, luck, and the means to act. */
final class Turn {

    private final Member self;
    private final Cast cast;
    private final RandomGenerator random;
    private final Consumer<Action> actions;

    Turn(Member self, Cast cast, RandomGenerator random, Consumer<Action> actions) {
        this.self = self;
        this.cast = cast;
        this.random = random;
        this.actions = actions;
    }

    Member self() {
        return self;
    }

    void say(String to, String verb, String shipment, String text) {
        actions.accept(new Action.Send(self, to, new Line(verb, shipment, text).toString()));
    }

    void write(String key, String value) {
        actions.accept(new Action.Write(self, key, value));
    }

    void read(String key) {
        actions.accept(new Action.Read(self, key));
    }

    void delete(String key) {
        actions.accept(new Action.Delete(self, key));
    }

    void lookAround() {
        actions.accept(new Action.LookAround(self));
    }

    /** One of the others who play a part. */
    Member any(Member.Part part) {
        return pick(cast.of(part));
    }

    /** The warehouse of a place; any, if there is none. */
    Member warehouseOf(String place) {
        return cast.of(Member.Part.WAREHOUSE).stream()
                .filter(member -> member.name().endsWith(" " + place))
                .findFirst()
                .orElseGet(() -> any(Member.Part.WAREHOUSE));
    }

    /** What an address is called in the scene. */
    String nameOf(String address) {
        return cast.nameOf(address);
    }

    <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /** A number from the first to the last. */
    int number(int first, int last) {
        return random.nextInt(first, last + 1);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }
}
