package org.trestle.xmpp.session;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.jid.BareJid;

/**
 * How many stanzas the last sessions that could have been resumed had taken, for clients that come too late (XEP-0198 5):
 * what is beyond that number they send again. Any thread.
 */
final class PastSessions {

    private record Past(BareJid account, int taken) {}

    private final Map<String, Past> byId;

    /** Remembers this many. */
    PastSessions(int most) {
        byId = new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Past> eldest) {
                return size() > most;
            }
        };
    }

    void add(ClientSession session) {
        Integer taken = session.taken();
        if (taken != null) {
            synchronized (byId) {
                byId.put(session.id(), new Past(session.address().bareJid(), taken));
            }
        }
    }

    /** Null when it is not known, or of another account. */
    @Nullable
    Integer taken(String id, BareJid account) {
        Past past;
        synchronized (byId) {
            past = byId.get(id);
        }
        return past != null && past.account().equals(account) ? past.taken() : null;
    }
}
