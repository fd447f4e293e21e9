package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Optional;
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
    void namesTheListenerOnThatAddressAndNoOther() throws IOException {
        InetAddress address = InetAddress.getByName("127.0.0.1");
        try (ServerSocket taken = new ServerSocket(0, 1, address)) {
            int number = taken.getLocalPort();
            assertTrue(owner("127.0.0.1", number).isPresent());
            assertTrue(owner("0.0.0.0", number).isPresent());
            assertEquals(Optional.empty(), owner("127.0.0.2", number));
            assertEquals(Optional.empty(), owner("::1", number));
        }
        try (ServerSocket everywhere = new ServerSocket(0)) {
            assertTrue(owner("127.0.0.2", everywhere.getLocalPort()).isPresent());
        }
    }

    private static Optional<String> owner(String address, int number) throws IOException {
        return Ports.owner(new Ports.Port("clients", InetAddress.getByName(address), number, "trestle.listen.client"));
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
