package dev.agentkernel.app.demo;

/** Looks at what the others publish, and asks planners now and then. */
final class Auditor implements Role {

    private int reports;

    @Override
    public void act(Turn turn) {
        if (turn.chance(0.5)) {
            turn.read("stock/" + turn.pick(Places.CITIES) + "/" + turn.pick(Places.GOODS));
        } else if (turn.chance(0.5)) {
            turn.read("weather/" + turn.pick(Places.CITIES));
        } else if (turn.chance(0.4)) {
            turn.lookAround();
        } else {
            reports++;
            turn.write(
                    "reports/" + turn.self().name(),
                    "Report %d: spot checks in %s and %s without findings."
                            .formatted(reports, turn.pick(Places.CITIES), turn.pick(Places.CITIES)));
        }
    }

    @Override
    public void hear(Turn turn, String from, Line line) {}
}
