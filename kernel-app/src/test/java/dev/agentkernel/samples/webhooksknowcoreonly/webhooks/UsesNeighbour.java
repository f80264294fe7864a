package dev.agentkernel.samples.webhooksknowcoreonly.webhooks;

import dev.agentkernel.samples.webhooksknowcoreonly.api.Neighbour;

record UsesNeighbour(Neighbour neighbour) {}
