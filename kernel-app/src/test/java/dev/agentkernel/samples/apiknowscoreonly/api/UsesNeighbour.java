package dev.agentkernel.samples.apiknowscoreonly.api;

import dev.agentkernel.samples.apiknowscoreonly.storage.Neighbour;

record UsesNeighbour(Neighbour neighbour) {}
