package dev.agentkernel.webhooks.exchange;

import java.io.IOException;

/** An answer that cannot be used, with the fault to report. */
final class AnswerFailure extends IOException {

    private final transient Reply.Fault fault;

    AnswerFailure(Reply.Fault fault) {
        super(fault.name());
        this.fault = fault;
    }

    Reply.Fault fault() {
        return fault;
    }
}
