package dev.agentkernel.samples.optionalisneverafield.core;

import java.util.Optional;

final class HoldsOptional {
    final Optional<String> name = Optional.empty();
}
