/**
 * Measures XMPP servers: what a message, a login and an idle connection cost them. Uses netty for its clients and nothing
 * of the server, so that every server is measured by the same stranger.
 */
@NullMarked
package org.trestle.deploy.bench.xmpp;

import org.jspecify.annotations.NullMarked;
