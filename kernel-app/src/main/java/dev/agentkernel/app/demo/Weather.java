package dev.agentkernel.app.demo;

/** Observes: publishes the weather of cities, and answers drivers. */
final class Weather implements Role {

    @Override
    public void act(Turn turn) {
        turn.write(
                "weather/" + turn.pick(Places.CITIES),
                "%s, %d °C".formatted(turn.pick(Places.SKIES), turn.number(-4, 31)));
    }

    @Override
    public void hear(Turn turn, String from, Line line) {
        if (line.verb().equals("conditions")) {
            boolean bad = turn.chance(0.25);
            turn.say(
                    from,
                    bad ? "warning" : "fine",
                    line.shipment(),
                    bad ? "Expect " + turn.pick(Places.SKIES) + " and 40 minutes more." : "No trouble ahead.");
        }
    }
}
