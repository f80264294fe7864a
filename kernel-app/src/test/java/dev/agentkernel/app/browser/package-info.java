/**
 * The pages for people, in a real Chromium, on a running kernel with a population of agents.
 *
 * <p>All suites share one browser and two kernels, so they are nested in {@link dev.agentkernel.app.browser.DashboardInBrowserTest}.
 * Where there is no Chromium the tests fail, unless {@code -Dkernel.test.chromium=none} leaves them out knowingly.
 */
@NullMarked
package dev.agentkernel.app.browser;

import org.jspecify.annotations.NullMarked;
