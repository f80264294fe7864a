package dev.agentkernel.samples.storageknowscoreonly.storage;

import dev.agentkernel.samples.storageknowscoreonly.api.Neighbour;

record UsesNeighbour(Neighbour neighbour) {}
