/**
 * Whole nodes as an operator runs them: processes of the distribution, people with another project's client, and call
 * bridges on plain sockets. Nothing here looks inside a node.
 */
@NullMarked
package org.trestle.deploy;

import org.jspecify.annotations.NullMarked;
