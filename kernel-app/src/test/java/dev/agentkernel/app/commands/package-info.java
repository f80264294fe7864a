@NullMarked
package dev.agentkernel.app.commands;

import org.jspecify.annotations.NullMarked;
