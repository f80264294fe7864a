package dev.agentkernel.samples.optionalisneverafield.core;

import java.util.Optional;

record HoldsOptional(Optional<String> name) {}
