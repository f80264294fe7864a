package dev.agentkernel.samples.webhooksareplainobjects.webhooks;

import org.springframework.context.annotation.Lazy;

@Lazy
record IsComponent() {}
