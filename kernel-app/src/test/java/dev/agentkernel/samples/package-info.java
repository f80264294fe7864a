/**
 * One sample for each architecture rule, each breaking that rule: a rule that has never failed proves nothing. The
 * packages below are named after the rule and laid out like the production code.
 */
@NullMarked
package dev.agentkernel.samples;

import org.jspecify.annotations.NullMarked;
