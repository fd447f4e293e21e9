package org.trestle.auth;

import org.junit.jupiter.api.Test;
import org.trestle.architecture.House;

final class ArchitectureTest {

    @Test
    void keepsTheHouseRules() {
        House.of("org.trestle.auth")
                .hasNoCycles()
                .neverSleeps()
                .neverBlocks()
                .hasNoSynchronizedMethods()
                .keepsOut("io.netty..", "org.trestle.auth..")
                .keepsOut("org.trestle.cluster.raft..", "org.trestle.auth..")
                .keepsOut("org.trestle.cluster.state..", "org.trestle.auth..")
                .keepsOut("org.trestle.xmpp..", "org.trestle.auth..");
    }
}
