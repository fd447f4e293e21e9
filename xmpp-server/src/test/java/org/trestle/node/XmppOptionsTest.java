package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.node.config.ConfigFile;
import org.trestle.node.config.NodeConfig;
import org.trestle.node.pki.SelfSigned;
import org.trestle.node.pki.ServerKeys;
import org.trestle.xmpp.feature.ExternalServices;
import org.trestle.xmpp.server.XmppSettings;

final class XmppOptionsTest {
    @TempDir
    Path data;

    @Test
    void clientsNeedTlsUnlessOperatorAndAddressSayOtherwise() throws Exception {
        assertTrue(tlsRequired("", "127.0.0.1"));
        assertFalse(tlsRequired("trestle.clients.plain-on-loopback = true", "127.0.0.1"));
        assertFalse(tlsRequired("trestle.clients.plain-on-loopback = true", "127.0.0.2", "::1"));
        assertTrue(tlsRequired("trestle.clients.plain-on-loopback = true", "0.0.0.0"));
        assertTrue(tlsRequired("trestle.clients.plain-on-loopback = true", "::"));
        assertTrue(tlsRequired("trestle.clients.plain-on-loopback = true", "127.0.0.1", "0.0.0.0"));
    }

    @Test
    void listensOnAddressesOfBothKinds() throws Exception {
        XmppSettings settings = settings("trestle.listen.client = 6222", "127.0.0.1", "::1");
        assertEquals(2, settings.clients().size());
        assertEquals(16, settings.clients().get(1).getAddress().getAddress().length);
        assertEquals(6222, settings.clients().get(1).getPort());
    }

    private boolean tlsRequired(String options, String... listen) throws Exception {
        return settings(options, listen).client().tlsRequired();
    }

    private XmppSettings settings(String options, String... listen) throws Exception {
        NodeConfig config = ConfigFile.load(Files.writeString(data.resolve("trestle.conf"), options), data);
        ServerKeys keys = new ServerKeys(
                new SelfSigned(data, new SecureRandom()).identity(List.of("example.com"), Instant.now()));
        return new XmppOptions(config, keys, List.of(), ExternalServices.NONE).settings(Listening.of(List.of(listen)));
    }
}
