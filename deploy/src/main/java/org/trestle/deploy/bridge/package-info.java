/**
 * A sample call bridge, for the quickstart and its failover run: an XEP-0114 client of its own, which shows what a
 * call bridge sees when a node dies. Decides nothing for the server; imports nothing of it.
 */
@NullMarked
package org.trestle.deploy.bridge;

import org.jspecify.annotations.NullMarked;
