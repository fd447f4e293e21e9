package org.trestle.turn;

import org.junit.jupiter.api.Test;
import org.trestle.architecture.House;

final class ArchitectureTest {

    @Test
    void keepsTheHouseRules() {
        House.of("org.trestle.turn")
                .hasNoCycles()
                .neverSleeps()
                .neverBlocks()
                .hasNoSynchronizedMethods()
                .keepsOut("org.trestle.cluster..", "org.trestle.turn..")
                .keepsOut("org.trestle.xmpp..", "org.trestle.turn..");
    }
}
