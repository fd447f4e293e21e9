package org.trestle.node.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class NodeStateTest {
    @TempDir
    Path data;

    @Test
    void readsWhatWasWritten() throws IOException {
        assertEquals(NodeState.NEW, NodeState.read(data));
        NodeState state = NodeState.NEW
                .withEnabled(false)
                .withClustering(true)
                .withListen(List.of("eth0", "10.0.0.1"))
                .withCertificate(new NodeState.Certificate("a \"b\".key", "a.crt", null));
        state.write(data);
        assertEquals(state, NodeState.read(data));
        state.withCertificate(new NodeState.Certificate("a.key", "a.crt", "ca.crt"))
                .write(data);
        assertEquals("ca.crt", NodeState.read(data).certificate().bundle());
    }

    @Test
    void readsWhatWasSetForTheRelay() throws IOException {
        TurnState turn = TurnState.AS_CONFIGURED
                .withEnabled(false)
                .withListen(List.of("eth1"))
                .withTlsPort(0)
                .withPublicAddress("")
                .withCertificate(new NodeState.Certificate("t.key", "t.crt", "ca.crt"));
        NodeState state = NodeState.NEW.withTurn(turn);
        state.write(data);
        assertEquals(state, NodeState.read(data));
    }

    @Test
    void saysWhichFileIsDamaged() throws IOException {
        Files.writeString(data.resolve("node.state"), "enabled = maybe");
        IOException damaged = assertThrows(IOException.class, () -> NodeState.read(data));
        assertTrue(damaged.getMessage().startsWith(data.resolve("node.state") + " is damaged"), damaged.getMessage());
    }
}
