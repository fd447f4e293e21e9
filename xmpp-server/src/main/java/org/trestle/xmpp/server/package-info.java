/**
 * The XMPP server as one part: builds sessions, components, router and features in order, opens the listeners, and closes
 * all streams when the node has lost its cluster. Imports everything of {@code org.trestle.xmpp}; nothing of it imports
 * this.
 */
@NullMarked
package org.trestle.xmpp.server;

import org.jspecify.annotations.NullMarked;
