package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PortsTest {

    @Test
    void saysWhoHasAPort() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket taken = new ServerSocket(0, 1, loopback)) {
            StartException refused = assertThrows(
                    StartException.class,
                    () -> Ports.check(List.of(
                            new Ports.Port("clients", loopback, taken.getLocalPort(), "trestle.listen.client"))));
            String message = String.valueOf(refused.getMessage());
            assertTrue(
                    message.startsWith("port " + taken.getLocalPort() + " (clients) of 127.0.0.1 is taken by process "
                            + ProcessHandle.current().pid()),
                    message);
            assertTrue(message.endsWith("or set trestle.listen.client to a free port"), message);
        }
    }

    @Test
    void saysWhenTheMachineHasNoSuchAddress() throws IOException {
        InetAddress elsewhere = InetAddress.getByName("192.0.2.77");
        StartException refused = assertThrows(
                StartException.class,
                () -> Ports.check(List.of(new Ports.Port("clients", elsewhere, 45222, "trestle.listen.client"))));
        assertEquals(
                "this machine has no address 192.0.2.77: set trestle.listen.address to one that it has, or to 0.0.0.0",
                refused.getMessage());
    }
}
