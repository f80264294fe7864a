package dev.agentkernel.api.state;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.api.requests.WaitingRequests;
import dev.agentkernel.core.ErrorCode;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.RefusedException;
import dev.agentkernel.core.auth.Caller.AgentCaller;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.state.SharedState;
import dev.agentkernel.core.state.StateChange;
import dev.agentkernel.core.state.StateEntry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;

/** The shared state. Keys are taken from the path as it was sent, since routing decodes, cuts and normalises. */
@Controller
class StateController {

    private static final int LIMIT_DEFAULT = 100;
    private static final int LIMIT_MAX = 1_000;

    private static final Duration WAIT_MAX = Duration.ofSeconds(60);

    private final SharedState state;
    private final WaitingRequests waiting;

    StateController(Kernel kernel, WaitingRequests waiting) {
        this.state = kernel.state();
        this.waiting = waiting;
    }

    @GetMapping("/v1/state")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.STATE_READ)
    Answer list(QueryParameters query) {
        String prefix = query.text("prefix").orElse("");
        if (prefix.indexOf('\0') >= 0) {
            throw RefusedException.badRequest("'prefix' holds U+0000, which no key holds.");
        }
        int limit = query.limit(LIMIT_DEFAULT, LIMIT_MAX);
        return Answer.ok(StateAnswers.page(state.list(prefix, Cursors.key(query), limit)));
    }

    @GetMapping("/v1/state/**")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.STATE_READ)
    Answer read(AgentCaller caller, QueryParameters query, HttpServletRequest request) {
        String key = StateKeys.of(request);
        if (key.equals(StateKeys.CAPACITY)) {
            return Answer.ok(StateAnswers.capacity(state.totals(), state.capacityBytes()));
        }
        Conditions conditions = Conditions.of(request);
        Duration wait = query.seconds("wait", Duration.ZERO, Duration.ZERO, WAIT_MAX);
        StateEntry entry = waiting.look(wait, () -> state.readChanged(caller, key, conditions.ifNoneMatch(), wait))
                .orElseThrow(
                        () -> new RefusedException(ErrorCode.NOT_FOUND, "There is no such key in the state store."));
        return answer(entry, conditions);
    }

    private static Answer answer(StateEntry entry, Conditions conditions) {
        Optional<Long> version = Optional.of(entry.version());
        if (!conditions.ifMatch().holdsFor(version)) {
            throw new RefusedException(
                    ErrorCode.PRECONDITION_FAILED, "The key is not in the version that 'If-Match' demands.");
        }
        String tag = EntityTags.of(entry.version());
        return conditions.ifNoneMatch().holdsFor(version)
                ? Answer.ok(StateAnswers.entry(entry)).withEntityTag(tag)
                : Answer.notModified(tag);
    }

    @PutMapping("/v1/state/**")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.STATE_WRITE)
    Answer write(AgentCaller caller, JsonBody body, HttpServletRequest request) {
        String key = StateKeys.writable(request);
        Conditions conditions = Conditions.of(request);
        NewValue asked = body.read(NewValue::read);
        StateChange written = state.write(caller, key, asked.value(), conditions.together());
        return Answer.ok(StateAnswers.written(written)).withEntityTag(EntityTags.of(written.version()));
    }

    @DeleteMapping("/v1/state/**")
    @Admits(value = CallerKind.AGENT, countedAs = RateCategory.STATE_WRITE)
    Answer delete(AgentCaller caller, HttpServletRequest request) {
        String key = StateKeys.writable(request);
        return Answer.ok(StateAnswers.deleted(
                state.delete(caller, key, Conditions.of(request).together())));
    }
}
