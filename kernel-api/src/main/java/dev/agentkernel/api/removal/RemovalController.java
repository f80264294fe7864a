package dev.agentkernel.api.removal;

import dev.agentkernel.api.answers.Answer;
import dev.agentkernel.api.gate.Admits;
import dev.agentkernel.api.gate.Admits.CallerKind;
import dev.agentkernel.api.requests.Cursors;
import dev.agentkernel.api.requests.JsonBody;
import dev.agentkernel.api.requests.QueryParameters;
import dev.agentkernel.core.Kernel;
import dev.agentkernel.core.limits.RateCategory;
import dev.agentkernel.core.removal.ContentRemovals;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;

/** Removal of content by the administrator, whom the application lets in, and the transparency log for everybody. */
@Controller
class RemovalController {

    /** So many entries come at once: nobody who does not ask for a page is given less than nearly any installation has. */
    private static final int PAGE_MAX = 1_000;

    private static final String ADMINISTRATOR = "administrator";

    private final ContentRemovals removals;

    RemovalController(Kernel kernel) {
        this.removals = kernel.removals();
    }

    @PostMapping("/admin/remove")
    @Admits(CallerKind.ANYONE)
    Answer remove(JsonBody body) {
        RemovalRequest asked = body.read(RemovalRequest::read);
        return Answer.ok(RemovalAnswers.removed(removals.remove(asked.target(), asked.reason(), ADMINISTRATOR)));
    }

    @GetMapping("/admin/removals")
    @Admits(CallerKind.ANYONE)
    Answer list(QueryParameters query) {
        return page(query);
    }

    @GetMapping("/observe/transparency")
    @Admits(value = CallerKind.OBSERVER, countedAs = RateCategory.OBSERVATION)
    Answer transparency(QueryParameters query) {
        return page(query);
    }

    private Answer page(QueryParameters query) {
        int limit = query.limit(PAGE_MAX, PAGE_MAX);
        return Answer.ok(RemovalAnswers.page(removals.list(Cursors.seq(query), limit + 1), limit, removals.count()))
                .asSecret();
    }
}
