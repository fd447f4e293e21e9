package org.trestle.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.trestle.auth.attempts.AttemptLimits;
import org.trestle.auth.cert.NameSource;

final class ConfigFileTest {
    @TempDir
    Path directory;

    @Test
    void hasDefaultsForEverything() throws ConfigurationException {
        NodeConfig config = ConfigFile.load(null, null);
        assertEquals(Path.of("/var/lib/trestle"), config.data());
        assertEquals(new NodeConfig.Listen("0.0.0.0", 5222, 5223, 5290, 0), config.listen());
        assertEquals(Duration.ofSeconds(2), config.cluster().lease());
        assertEquals(NodeConfig.LogLevel.INFO, config.logLevel());
        assertNull(config.domain());
        assertEquals(
                new NodeConfig.Clients(false, AttemptLimits.DEFAULT, null, List.of(NameSource.XMPP_ADDR)),
                config.clients());
    }

    @Test
    void readsWhatTheFileSays() throws Exception {
        NodeConfig config = load("""
                trestle {
                  data = node1
                  domain = example.com
                  listen { address = 127.0.0.2, client = 6222 }
                  node { name = xmpp2, cluster-port = 7000 }
                  limits.stanza = 64 KiB
                  components.plain-networks = ["10.0.0.0/8"]
                  log.level = Debug
                }
                """);
        assertEquals(directory.resolve("node1"), config.data());
        assertEquals("127.0.0.2:6222", config.node().client().toString());
        assertEquals("127.0.0.2:7000", config.node().cluster().toString());
        assertEquals(65536, config.limits().stanza());
        assertEquals("[10.0.0.0/8]", config.components().plainNetworks().toString());
        assertEquals(NodeConfig.LogLevel.DEBUG, config.logLevel());
    }

    @Test
    void commandLineNamesTheDataDirectoryFirst() throws ConfigurationException {
        assertEquals(directory, ConfigFile.load(null, directory).data());
    }

    @Test
    void namesFileLineAndExpected() {
        refuses(
                "trestle {\n  listen.client = 70000\n}",
                ", line 2: trestle.listen.client = 70000, expected a port, 1 to 65535");
        refuses(
                "trestle.log.level = loud",
                "line 1: trestle.log.level = \"loud\", expected error, warn, info, debug or trace");
        refuses(
                "trestle.cluster.lease = 2",
                "trestle.cluster.lease = 2, expected a time with its unit, 5 ms to 300000 ms, such as 500 ms or 2 s");
        refuses(
                "trestle.cluster.election = 40 ms",
                "trestle.cluster.election = \"40 ms\", expected at least three times trestle.cluster.heartbeat");
        refuses(
                "trestle.tls.key = k.pem",
                "expected trestle.tls.certificate beside it: a key and a certificate go together");
        refuses(
                "trestle.components.plain-networks = [\"10.0.0.0/64\"]",
                "expected a list of networks, such as [\"127.0.0.0/8\", \"10.1.0.0/16\"]");
    }

    @Test
    void aSharedPortIsOneOfItsOwn() throws Exception {
        assertEquals(443, load("trestle.listen.shared = 443").listen().shared());
        assertEquals(0, load("trestle.turn.tls-port = null").listen().shared());
        refuses(
                "trestle { listen.shared = 443, turn.tls-port = 443 }",
                "trestle.listen.shared = 443, expected null, or a port of its own: no other one of this file may have the"
                        + " number");
        refuses("trestle.listen.shared = 5222", "trestle.listen.shared = 5222, expected null, or a port of its own");
        refuses("trestle.listen.shared = yes", "expected a port, 1 to 65535, or null");
    }

    @Test
    void readsTheRelay() throws Exception {
        TurnConfig turn = load("""
                trestle.turn {
                  proxies = ["192.0.2.0/24"]
                  listen = ["127.0.0.1"]
                  tls-port = null
                  icmp = off
                  relay-ports = "30000 - 30999"
                  peers { allow = ["10.0.0.0/8"], loopback = true }
                  quotas.bytes-per-user = 1 MiB
                  users = ["bench:se:cret"]
                  keys = ["the first long key", "the second long key"]
                }
                """).turn();
        assertEquals(3478, turn.port());
        assertEquals(0, turn.tlsPort());
        assertFalse(turn.icmp());
        assertEquals(new TurnConfig.PortRange(30000, 30999), turn.relayPorts());
        assertEquals("[192.0.2.0/24]", turn.proxies().toString());
        assertEquals("[10.0.0.0/8]", turn.allow().toString());
        assertEquals(1 << 20, turn.quotas().bytesPerUser());
        assertEquals("se:cret", turn.users().get(0).password());
        assertEquals(2, turn.keys().get(1).epoch());
    }

    @Test
    void saysWhatIsWrongWithTheRelayWithoutItsSecrets() {
        refuses(
                "trestle.turn.relay-ports = \"29999-24000\"",
                "trestle.turn.relay-ports = \"29999-24000\", expected a range of ports from 1024 to 65535, the lower one first");
        refuses("trestle.turn.relay-ports = all", "expected a range of ports");
        refuses(
                "trestle.turn.public-address = turn.example.com",
                "trestle.turn.public-address = \"turn.example.com\", expected an IPv4 or IPv6 address, or null");
        refuses("trestle.turn.public-address = 0.0.0.0", "expected the address of one machine");
        refuses("trestle.turn.public-address = \"224.0.0.1\"", "expected the address of one machine");
        assertEquals(
                directory + ": this is a directory; name a file in it",
                assertThrows(ConfigurationException.class, () -> ConfigFile.load(directory, null))
                        .getMessage());
        refuses("trestle.turn.port = 3478.5", "trestle.turn.port = 3478.5, expected a port, 1 to 65535");
        refuses("trestle.turn.tls-port = 0", "trestle.turn.tls-port = 0, expected a port, 1 to 65535, or null");
        refuses("trestle.turn.realm = conference.example.com", "expected 1 to 12 octets");
        refuses("trestle.turn.realm = \"ñññññññ\"", "expected 1 to 12 octets");
        refuses("trestle.turn.realm = \"a\\u001bb\"", "expected 1 to 12 octets that can be seen");
        refuses("trestle.turn.users = [\"a:secret\", \"a:other\"]", "trestle.turn.users (not shown), expected a list");
        refuses("trestle.turn.users = [\"" + "a".repeat(509) + ":secret\"]", "names of at most 508 octets");
        String key = "a key of a program";
        refuses("trestle.turn.keys = [\"" + key + "\", \"" + key + "\"]", "each once");
        String nine = String.join(
                ",", IntStream.range(0, 9).mapToObj(i -> "\"" + key + i + "\"").toList());
        refuses("trestle.turn.keys = [" + nine + "]", "expected a list of at most 8 keys");
        refuses("trestle.turn.keys = [short]", "line 1: trestle.turn.keys (not shown), expected a list of at most 8");
        refuses("trestle.turn.users = [secret]", "line 1: trestle.turn.users (not shown), expected a list of users");
    }

    @Test
    void namesWhatWasMeant() {
        refuses(
                "trestle {\n\n  listen.clients = 1\n}",
                ", line 3: there is no option trestle.listen.clients; did you mean client?");
        refuses("trestel.data = x", "there is no option trestel; did you mean trestle?");
        refuses("trestle.log.colour = red", "there is no option trestle.log.colour; known here: level");
        refuses("trestle.listen = 5222", "trestle.listen = 5222, expected a section: trestle.listen { … }");
    }

    @Test
    void saysWhereTheFileIsBroken() {
        refuses("trestle {\n data = \n}}", "node.conf, line 3: ");
        ConfigurationException missing = assertThrows(
                ConfigurationException.class, () -> ConfigFile.load(directory.resolve("missing.conf"), null));
        assertEquals(directory.resolve("missing.conf") + ": there is no such file", missing.getMessage());
    }

    private void refuses(String text, String expected) {
        String message = String.valueOf(
                assertThrows(ConfigurationException.class, () -> load(text)).getMessage());
        if (!message.contains(expected)) {
            assertEquals(expected, message);
        }
    }

    private NodeConfig load(String text) throws ConfigurationException, IOException {
        Path file = directory.resolve("node.conf");
        Files.writeString(file, text);
        return ConfigFile.load(file, null);
    }
}
