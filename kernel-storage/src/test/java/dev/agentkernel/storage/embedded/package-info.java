/** Tests that the embedded storage keeps what it acknowledged, whatever fails. */
@NullMarked
package dev.agentkernel.storage.embedded;

import org.jspecify.annotations.NullMarked;
