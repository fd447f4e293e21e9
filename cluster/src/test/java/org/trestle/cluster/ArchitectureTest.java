package org.trestle.cluster;

import org.junit.jupiter.api.Test;
import org.trestle.architecture.House;

final class ArchitectureTest {

    @Test
    void keepsTheHouseRules() {
        House.of("org.trestle.cluster")
                .hasNoCycles()
                .neverSleeps()
                .neverBlocks()
                .hasNoSynchronizedMethods()
                .confines("io.atomix..", "org.trestle.cluster.raft..")
                .confines("org.trestle.cluster.raft..", "org.trestle.cluster.raft..")
                .keepsOut("org.trestle.auth..", "org.trestle.cluster..")
                .keepsOut("org.trestle.xmpp..", "org.trestle.cluster..");
    }
}
