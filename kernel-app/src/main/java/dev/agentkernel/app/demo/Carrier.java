package dev.agentkernel.app.demo;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Has trucks: makes offers, drives what is booked, tells where it is, and delivers. */
final class Carrier implements Role {

    private static final int TRUCKS = 4;
    private static final int LEGS = 3;
    private static final Pattern ROUTE = Pattern.compile(".*?([\\p{L}]+) to ([\\p{L}]+)[,.].*", Pattern.DOTALL);

    private final Map<String, Trip> trips = new LinkedHashMap<>();

    /** A load on the road. */
    private record Trip(String client, String from, String to, int leg) {}

    @Override
    public void act(Turn turn) {
        if (trips.isEmpty()) {
            if (turn.chance(0.1)) {
                turn.lookAround();
            }
            return;
        }
        Map.Entry<String, Trip> first = trips.entrySet().iterator().next();
        String shipment = first.getKey();
        Trip trip = first.getValue();
        trips.remove(shipment);
        if (trip.leg() >= LEGS) {
            turn.say(
                    turn.warehouseOf(trip.to()).address(),
                    "unload",
                    shipment,
                    "We stand at gate " + turn.number(1, 9) + ".");
            turn.say(trip.client(), "delivered", shipment, "Unloaded in " + trip.to() + ", signed for.");
            turn.delete(key(turn, shipment));
            return;
        }
        trips.put(shipment, new Trip(trip.client(), trip.from(), trip.to(), trip.leg() + 1));
        turn.write(
                key(turn, shipment),
                "{\"shipment\": \"%s\", \"position\": \"%d km after %s\", \"leg\": %d, \"of\": %d}"
                        .formatted(
                                shipment, turn.number(40, 300) * (trip.leg() + 1), trip.from(), trip.leg() + 1, LEGS));
        if (turn.chance(0.3)) {
            turn.say(
                    turn.any(Member.Part.WEATHER).address(),
                    "conditions",
                    shipment,
                    "How is the road to " + trip.to() + "?");
        }
    }

    private static String key(Turn turn, String shipment) {
        return "trucks/" + turn.self().name() + "/" + shipment;
    }

    @Override
    public void hear(Turn turn, String from, Line line) {
        switch (line.verb()) {
            case "tender" -> {
                if (trips.size() >= TRUCKS) {
                    turn.say(from, "full", line.shipment(), "All trucks are on the road, sorry.");
                } else {
                    turn.say(
                            from,
                            "offer",
                            line.shipment(),
                            "%d EUR, %d days".formatted(turn.number(38, 160) * 10, turn.number(1, 4)));
                }
            }
            case "book" -> {
                Matcher route = ROUTE.matcher(line.text());
                if (route.matches()) {
                    trips.put(line.shipment(), new Trip(from, route.group(1), route.group(2), 0));
                }
            }
            case "warning" -> {
                Trip trip = trips.get(line.shipment());
                if (trip != null) {
                    turn.say(trip.client(), "delayed", line.shipment(), "Slower than planned: " + line.text());
                }
            }
            default -> {}
        }
    }
}
