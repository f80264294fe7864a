/**
 * The contract over HTTP, on whole running kernels: one suite per feature, which every kind of storage runs.
 *
 * <p>A kind of storage is tested by one class that gives a {@link dev.agentkernel.app.http.StorageProfile} and holds a nested
 * subclass of each suite; {@link dev.agentkernel.app.http.CompletenessTest} sees to it that none is left out.
 */
@NullMarked
package dev.agentkernel.app.http;

import org.jspecify.annotations.NullMarked;
