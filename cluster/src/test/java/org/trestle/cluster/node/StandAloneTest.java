package org.trestle.cluster.node;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;

final class StandAloneTest {
    @TempDir
    Path data;

    private final Grounds grounds = new Grounds();

    @AfterEach
    void stop() {
        grounds.close();
    }

    @Test
    void aFirstStartIsAClusterOfOneAndItsIdAndDataOutliveARestart() throws Exception {
        ClusterNode node = grounds.open(grounds.settings(data, 1));
        assertTrue(node.serving());
        NodeId id = node.self();
        ClusterStatus status = node.status();
        assertEquals(Role.LEADER, status.role());
        assertFalse(status.clustered());
        assertEquals(1, status.peers().size());
        byte[] value = "keys".getBytes(StandardCharsets.UTF_8);
        Grounds.await(
                node.tables().commit(Change.of().put("users", "alice", value).build()));
        Grounds.await(node.initialize(words -> {}));
        Grounds.await(node.initialize(words -> {}));
        assertTrue(node.status().clustered());
        assertNotNull(Grounds.await(node.invite(Duration.ofMinutes(5))).token());
        Grounds.await(node.close());

        ClusterNode again = grounds.open(grounds.settings(data, 1));
        assertEquals(id, again.self());
        assertTrue(again.serving());
        assertArrayEquals(value, again.tables().get("users", "alice").value());
        assertTrue(again.status().clustered());
    }
}
