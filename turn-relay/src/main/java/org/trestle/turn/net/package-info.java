/**
 * The relay's sockets: which datagrams and connections there are, how they are read and written in batches, and what is
 * dropped when somebody is slow or hostile. Everything of one client happens on one event loop. May import {@code
 * relay}, {@code stun} and netty.
 */
@NullMarked
package org.trestle.turn.net;

import org.jspecify.annotations.NullMarked;
