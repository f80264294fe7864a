/** What the program does instead of running the kernel: migrate, backup, restore, verify. */
@NullMarked
package dev.agentkernel.app.commands;

import org.jspecify.annotations.NullMarked;
