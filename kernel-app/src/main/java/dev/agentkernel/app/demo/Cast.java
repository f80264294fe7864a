package dev.agentkernel.app.demo;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Everybody who plays; at least one of each part. */
final class Cast {

    private final List<Member> members;
    private final Map<Member.Part, List<Member>> byPart = new HashMap<>();
    private final Map<String, String> names = new HashMap<>();

    Cast(List<Member> members) {
        this.members = List.copyOf(members);
        for (Member.Part part : Member.Part.values()) {
            List<Member> players =
                    members.stream().filter(member -> member.part() == part).toList();
            if (players.isEmpty()) {
                throw new IllegalStateException("Nobody plays " + part);
            }
            byPart.put(part, players);
        }
        members.forEach(member -> names.put(member.address(), member.name()));
    }

    List<Member> members() {
        return members;
    }

    List<Member> of(Member.Part part) {
        return byPart.getOrDefault(part, List.of());
    }

    String nameOf(String address) {
        return names.getOrDefault(address, address);
    }

    /** The part of the agent with this index in the cast: one of each first, then in the proportions of a small haulage market. */
    static Member.Part partOf(int index) {
        return switch (index % 12) {
            case 0, 7 -> Member.Part.PLANNER;
            case 1, 5, 8, 10, 11 -> Member.Part.CARRIER;
            case 2, 6, 9 -> Member.Part.WAREHOUSE;
            case 3 -> Member.Part.WEATHER;
            default -> Member.Part.AUDITOR;
        };
    }

    /** What that agent is called; unique. */
    static String nameOf(Member.Part part, int ordinal) {
        String round = ordinal < Places.CITIES.size() ? "" : " " + (ordinal / Places.CITIES.size() + 1);
        String city = Places.CITIES.get(ordinal % Places.CITIES.size());
        return switch (part) {
            case PLANNER -> "planner " + (ordinal + 1);
            case CARRIER ->
                Places.CARRIERS.get(ordinal % Places.CARRIERS.size())
                        + (ordinal < Places.CARRIERS.size() ? "" : " " + (ordinal / Places.CARRIERS.size() + 1));
            case WAREHOUSE -> "warehouse" + round + " " + city;
            case WEATHER -> "weather" + round + " " + city;
            case AUDITOR -> "auditor " + (ordinal + 1);
        };
    }
}
