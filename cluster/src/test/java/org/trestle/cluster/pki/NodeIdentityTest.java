package org.trestle.cluster.pki;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.cluster.api.NodeId;

final class NodeIdentityTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final NodeId NODE = new NodeId("00000000000000aa");
    private static final NodeId OTHER = new NodeId("00000000000000bb");
    private final ClusterCa ca = ClusterCa.create(NOW);

    @TempDir
    Path root;

    @Test
    void isTheSameAfterSavingAndLoading() throws Exception {
        Path directory = root.resolve("cluster");
        NodeIdentity identity = NodeIdentity.create(NODE, ca, NOW);
        assertFalse(NodeIdentity.present(directory));
        identity.save(directory);
        assertTrue(NodeIdentity.present(directory));

        NodeIdentity loaded = NodeIdentity.load(directory);
        assertEquals(NODE, loaded.node());
        assertEquals(identity.key(), loaded.key());
        assertEquals(identity.certificate(), loaded.certificate());
        assertEquals(List.of(ca.certificate()), loaded.authorities());
    }

    @Test
    void keepsItsFilesToItsOwner() throws Exception {
        Path directory = root.resolve("cluster");
        NodeIdentity.create(NODE, ca, NOW).save(directory);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)));
        for (String file : List.of("node.id", "node.key", "node.crt", "ca.crt")) {
            Path path = directory.resolve(file);
            assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)), file);
        }
        try (var files = Files.list(directory)) {
            assertEquals(4, files.count(), "no temporary file is left");
        }
    }

    @Test
    void namesTheFileThatIsMissing() throws Exception {
        for (String file : List.of("node.id", "node.key", "node.crt", "ca.crt")) {
            Path directory = root.resolve("without-" + file);
            NodeIdentity.create(NODE, ca, NOW).save(directory);
            Files.delete(directory.resolve(file));
            String message = refusal(directory);
            assertTrue(message.contains(file + " is missing"), message);
            assertTrue(message.contains("xmpp cluster join"), message);
        }
    }

    @Test
    void namesTheFileThatIsNotTheOthers() throws Exception {
        for (String file : List.of("node.id", "node.key", "node.crt", "ca.crt")) {
            Path directory = root.resolve("mixed-" + file);
            Path foreign = root.resolve("foreign-" + file);
            NodeIdentity.create(NODE, ca, NOW).save(directory);
            NodeIdentity.create(OTHER, ClusterCa.create(NOW), NOW).save(foreign);
            Files.copy(foreign.resolve(file), directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
            String message = refusal(directory);
            assertTrue(message.contains(directory.resolve(file).toString()), message);
            assertTrue(message.contains("xmpp cluster join"), message);
        }
    }

    @Test
    void refusesFilesThatAreNotWhatTheirNameSays() throws Exception {
        for (String file : List.of("node.id", "node.key", "node.crt", "ca.crt")) {
            Path directory = root.resolve("garbage-" + file);
            NodeIdentity.create(NODE, ca, NOW).save(directory);
            Files.writeString(
                    directory.resolve(file), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
            String message = refusal(directory);
            assertTrue(message.contains(directory.resolve(file).toString()), message);
            Files.writeString(directory.resolve(file), "x".repeat(300_000));
            assertTrue(refusal(directory).contains("longer than"), file);
        }
    }

    @Test
    void replacesAnotherIdentityAsAWhole() throws Exception {
        Path directory = root.resolve("cluster");
        NodeIdentity.create(NODE, ca, NOW).save(directory);
        NodeIdentity.create(OTHER, ClusterCa.create(NOW), NOW).save(directory);
        assertEquals(OTHER, NodeIdentity.load(directory).node());
    }

    @Test
    void keepsItsIdFileWhileItIsSavedAgain() throws Exception {
        Path directory = root.resolve("cluster");
        NodeIdentity identity = NodeIdentity.create(NODE, ca, NOW);
        identity.save(directory);
        Object key =
                Files.readAttributes(directory.resolve("node.key"), "unix:ino").get("ino");
        identity.save(directory);
        assertEquals(
                key,
                Files.readAttributes(directory.resolve("node.key"), "unix:ino").get("ino"));
        assertEquals(NODE, NodeIdentity.load(directory).node());
    }

    private static String refusal(Path directory) {
        return assertThrows(IOException.class, () -> NodeIdentity.load(directory))
                .getMessage();
    }
}
