package dev.agentkernel.app.demo;

import dev.agentkernel.app.demo.KernelClient.Answer;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Registers the agents of a scene with a kernel. */
final class Casting {

    private final KernelClient client;

    Casting(KernelClient client) {
        this.client = client;
    }

    /** Registers an operator, unless there is a key of one, and its agents. */
    Cast cast(DemoSettings settings) {
        String operatorKey = settings.operatorKey().isEmpty() ? newOperator() : settings.operatorKey();
        Map<Member.Part, Integer> ordinals = new EnumMap<>(Member.Part.class);
        List<Member> members = new ArrayList<>();
        for (int i = 0; i < settings.agents(); i++) {
            Member.Part part = Cast.partOf(i);
            int ordinal = ordinals.merge(part, 1, Integer::sum) - 1;
            members.add(register(part, Cast.nameOf(part, ordinal), operatorKey));
        }
        return new Cast(members);
    }

    private String newOperator() {
        Answer answer =
                client.post("/v1/operators", "", Map.of("contact_hash", "agent-kernel-demo", "accept_terms", true));
        if (answer.status() == 429) {
            throw new DemoFailedException(
                    "The kernel takes no more operators from this address for "
                            + answer.retryAfter().toSeconds()
                            + " s; give the demo one that exists: --operator-key=sk_live_…",
                    null);
        }
        return expect(201, answer, "an operator").text("api_key");
    }

    private Member register(Member.Part part, String name, String operatorKey) {
        Answer challenge =
                expect(200, client.get("/v1/agents/verification-challenge", operatorKey), "a challenge for " + name);
        Map<String, String> response = Map.of(
                "challenge_id", challenge.text("challenge_id"), "response", ChallengeSolver.solve(challenge.body()));
        Answer agent =
                expect(201, client.post("/v1/agents", operatorKey, Map.of("verification_response", response)), name);
        Member member = new Member(part, name, agent.text("agent_address"), agent.text("agent_token"));
        introduce(member);
        return member;
    }

    /** Only makes the scene easier to read, so a kernel that knows no profiles will do. */
    private void introduce(Member member) {
        client.put(
                "/v1/agents/me/profile",
                member.token(),
                Map.of(
                        "name",
                        member.name(),
                        "tags",
                        List.of("demo", member.part().name().toLowerCase(Locale.ROOT))));
    }

    private static Answer expect(int status, Answer answer, String what) {
        if (answer.status() == status) {
            return answer;
        }
        if (answer.text("error").isEmpty() && !answer.succeeded()) {
            throw new DemoFailedException(
                    "What answers there is no Agent Kernel (status " + answer.status() + " instead of " + status + ").",
                    null);
        }
        throw new DemoFailedException(
                "The kernel refuses " + what + " (" + answer.status() + "): " + answer.text("message"), null);
    }
}
