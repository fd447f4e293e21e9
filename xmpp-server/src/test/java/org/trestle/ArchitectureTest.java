package org.trestle;

import org.junit.jupiter.api.Test;
import org.trestle.architecture.House;

final class ArchitectureTest {

    @Test
    void keepsTheHouseRules() {
        House.of("org.trestle")
                .hasNoCycles()
                .neverSleeps()
                .neverBlocks("org.trestle.node..")
                .hasNoSynchronizedMethods()
                .confines("org.trestle.cluster.raft..", "org.trestle.cluster..", "org.trestle.node..")
                .keepsOut("org.trestle.node..", "org.trestle.xmpp..")
                .keepsOut(
                        "io.netty.channel..",
                        "org.trestle.xmpp.jid..",
                        "org.trestle.xmpp.xml..",
                        "org.trestle.xmpp.stanza..")
                .keepsOut(
                        "org.trestle.xmpp.stream..",
                        "org.trestle.xmpp.jid..",
                        "org.trestle.xmpp.xml..",
                        "org.trestle.xmpp.stanza..")
                .keepsOut("org.trestle.xmpp.session..", "org.trestle.xmpp.stream..")
                .keepsOut("org.trestle.xmpp.route..", "org.trestle.xmpp.stream..", "org.trestle.xmpp.session..")
                .keepsOut(
                        "org.trestle.xmpp.feature..",
                        "org.trestle.xmpp.route..",
                        "org.trestle.xmpp.session..",
                        "org.trestle.xmpp.stream..");
    }
}
