package org.trestle.xmpp.feature;

import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.session.Source;
import org.trestle.xmpp.stanza.Message;

/** Normal and chat messages for an account that no resource of it can take now (RFC 6121 8.5.2.2.1). */
@FunctionalInterface
public interface UnreceivedMessages {

    /**
     * Called on an event loop of the sender's node, or of the node that had the receiver until now; must not block.
     *
     * @param account may not exist
     * @return true when the message was taken and nothing else may be done with it; false when the next one is to be asked,
     *     and after the last one the sender gets {@code service-unavailable}
     */
    boolean take(Message message, BareJid account, @Nullable Source sender);
}
