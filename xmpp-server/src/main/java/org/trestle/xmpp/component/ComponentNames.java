package org.trestle.xmpp.component;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.callbridge.CallBridge;
import org.trestle.auth.callbridge.CallBridges;
import org.trestle.cluster.api.Directory;
import org.trestle.xmpp.session.LocalDomains;

/** Which domains are those of call bridges: {@code cb1} connects as {@code cb1.<a local domain>}. Any thread. */
public record ComponentNames(CallBridges callBridges, LocalDomains domains) {

    /** The part before a local domain, or null when this is no domain directly below one. */
    @Nullable
    String name(String domain) {
        int dot = domain.indexOf('.');
        return dot > 0 && domains.test(domain.substring(dot + 1)) ? domain.substring(0, dot) : null;
    }

    /** Whether a call bridge of the cluster may connect as this domain. */
    public boolean isComponent(String domain) {
        String name = name(domain);
        return name != null && callBridges.find(name) != null;
    }

    /** The domains that have a connection to some node, in order. */
    public List<String> connected(Directory directory) {
        List<String> connected = new ArrayList<>();
        for (String domain : new TreeSet<>(domains.all())) {
            for (CallBridge bridge : callBridges.list()) {
                String component = bridge.name() + "." + domain;
                if (directory.active(component) != null) {
                    connected.add(component);
                }
            }
        }
        return connected;
    }
}
