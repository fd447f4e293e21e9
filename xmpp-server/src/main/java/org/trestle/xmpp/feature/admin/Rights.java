package org.trestle.xmpp.feature.admin;

import org.trestle.xmpp.feature.FeatureSite;
import org.trestle.xmpp.jid.BareJid;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.FullJid;
import org.trestle.xmpp.jid.Jid;

/** Who may do what. Asked anew for each step, so that what is taken away is gone at once, on every node. */
record Rights(FeatureSite site) {

    /** Accounts that administer, from their own sessions. */
    boolean administrator(Jid asker) {
        return (asker instanceof FullJid || asker instanceof BareJid)
                && site.domains().test(asker.domain())
                && site.accounts().isAdmin(asker.bare().toString());
    }

    /** Administrators, and call bridges that were granted it; not those who are behind a call bridge. */
    boolean manager(Jid asker) {
        return administrator(asker) || grantedCallBridge(asker);
    }

    private boolean grantedCallBridge(Jid asker) {
        String domain = asker.domain();
        int dot = domain.indexOf('.');
        return asker instanceof DomainJid
                && dot > 0
                && site.domains().test(domain.substring(dot + 1))
                && site.callBridges().isGranted(domain.substring(0, dot));
    }
}
