/**
 * The project's own benchmark: servers times workloads times interleaved rounds, medians, a table and a picture. What is
 * measured is in the packages below; this one knows nothing of protocols and imports nothing of ours.
 */
@NullMarked
package org.trestle.deploy.bench;

import org.jspecify.annotations.NullMarked;
