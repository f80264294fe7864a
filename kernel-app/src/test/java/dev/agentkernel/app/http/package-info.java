/**
 * The contract over HTTP, on whole running kernels: one suite per feature, which every kind of storage runs.
 *
 * <p>A kind of storage is tested by a subclass of {@link dev.agentkernel.app.http.WholeContract} that gives a {@link
 * dev.agentkernel.app.http.StorageProfile}; {@link dev.agentkernel.app.http.CompletenessTest} sees to it that no suite is left out.
 */
@NullMarked
package dev.agentkernel.app.http;

import org.jspecify.annotations.NullMarked;
