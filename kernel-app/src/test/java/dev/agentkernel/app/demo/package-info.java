@NullMarked
package dev.agentkernel.app.demo;

import org.jspecify.annotations.NullMarked;
