package dev.agentkernel.core.commit;

import dev.agentkernel.core.ByteString;
import dev.agentkernel.core.removal.TransparencyChain;

/** The end of the transparency log. */
public record LastRemoval(long number, ByteString entryHash) {

    static final LastRemoval NONE = new LastRemoval(0, TransparencyChain.GENESIS);
}
