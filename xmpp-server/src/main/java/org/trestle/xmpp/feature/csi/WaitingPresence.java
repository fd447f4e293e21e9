package org.trestle.xmpp.feature.csi;

import io.micrometer.core.instrument.Counter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;
import org.trestle.xmpp.session.Outlet;
import org.trestle.xmpp.stanza.ChatStates;
import org.trestle.xmpp.stanza.Message;
import org.trestle.xmpp.stanza.Presence;
import org.trestle.xmpp.stanza.Stanza;
import org.trestle.xmpp.xml.Element;
import org.trestle.xmpp.xml.Namespaces;

/** What waits for one inactive client. When more senders or bytes wait than fit, all of it is sent. */
final class WaitingPresence implements Outlet {
    /** Senders whose presence waits. */
    static final int MOST = 1_000;

    /** Bytes of the presence that waits. */
    static final int MOST_BYTES = 256 * 1024;

    private static final String CARBONS = "urn:xmpp:carbons:2";

    private final FullJid client;
    private final Counter saved;
    private final Map<Jid, Presence> waiting = new LinkedHashMap<>();
    private int bytes;

    /** {@code saved} counts what is never sent. */
    WaitingPresence(FullJid client, Counter saved) {
        this.client = client;
        this.saved = saved;
    }

    @Override
    public boolean keeps(Stanza stanza) {
        if (stanza instanceof Presence presence) {
            return isNews(presence) && keeps(presence);
        }
        if (stanza instanceof Message message && isChatState(message)) {
            saved.increment();
            return true;
        }
        return false;
    }

    /** Of others; errors and subscriptions want something, and the client waits for its own. */
    private boolean isNews(Presence presence) {
        boolean news = presence.type() == Presence.Type.AVAILABLE || presence.type() == Presence.Type.UNAVAILABLE;
        return news && presence.from() != null && !client.equals(presence.from());
    }

    private boolean keeps(Presence presence) {
        Jid from = presence.from();
        if (from == null) {
            return false;
        }
        // Taken out first: the last word of a sender has its place where it was said.
        Presence before = waiting.remove(from);
        if (before != null) {
            bytes -= before.payload().length;
            saved.increment();
        }
        int size = presence.payload().length;
        if (waiting.size() == MOST || bytes + size > MOST_BYTES) {
            return false;
        }
        waiting.put(from, presence);
        bytes += size;
        return true;
    }

    /** Also the copy of one (XEP-0280). */
    private static boolean isChatState(Message message) {
        if (message.type() == Message.Type.ERROR || !message.content().mentions("chatstates")) {
            return false;
        }
        Element copied = copied(message);
        return ChatStates.areAll(copied == null ? message.children() : copied.children());
    }

    private static @Nullable Element copied(Message message) {
        Element copy = message.child("received", CARBONS);
        if (copy == null) {
            copy = message.child("sent", CARBONS);
        }
        Element forwarded = copy == null ? null : copy.child("forwarded", "urn:xmpp:forward:0");
        return forwarded == null ? null : forwarded.child("message", Namespaces.CLIENT);
    }

    @Override
    public List<Stanza> drain() {
        List<Stanza> all = new ArrayList<>(waiting.values());
        waiting.clear();
        bytes = 0;
        return all;
    }
}
