package org.trestle.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

final class NetworkTest {

    @Test
    void comparesLeadingBits() throws UnknownHostException {
        Network network = Network.parse("10.64.0.0/10");
        assertTrue(network.contains(InetAddress.getByName("10.127.255.255")));
        assertFalse(network.contains(InetAddress.getByName("10.128.0.0")));
        assertTrue(Network.parse("0.0.0.0/0").contains(InetAddress.getByName("192.0.2.1")));
        assertTrue(Network.parse("::1/128").contains(InetAddress.getByName("::1")));
        assertFalse(Network.parse("::/0").contains(InetAddress.getByName("192.0.2.1")));
    }

    @Test
    void oneAddressIsANetwork() {
        assertEquals("192.0.2.1/32", Network.parse("192.0.2.1").toString());
    }

    @Test
    void refusesNames() {
        assertThrows(IllegalArgumentException.class, () -> Network.parse("localhost/8"));
        assertThrows(IllegalArgumentException.class, () -> Network.parse("10.0.0.0/33"));
        assertThrows(IllegalArgumentException.class, () -> Network.parse("/8"));
    }
}
