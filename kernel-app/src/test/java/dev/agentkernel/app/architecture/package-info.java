/** The rules of the code's structure, each held to the production code and proven by a sample that breaks it. */
@NullMarked
package dev.agentkernel.app.architecture;

import org.jspecify.annotations.NullMarked;
