package org.trestle.node;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.trestle.node.shell.ConsoleException;

/**
 * Where XMPP listens on this node.
 *
 * @param words as the operator named it
 * @param addresses what that means on this machine now
 */
record Listening(List<String> words, List<InetAddress> addresses) {

    /** Reads addresses and names of interfaces. */
    static Listening of(List<String> words) throws ConsoleException {
        List<InetAddress> addresses = new ArrayList<>();
        for (String word : words) {
            addresses.addAll(addresses(word));
        }
        return new Listening(List.copyOf(words), List.copyOf(addresses));
    }

    private static List<InetAddress> addresses(String word) throws ConsoleException {
        if (word.isBlank()) { // the resolver would take it for this machine's loopback address
            throw new ConsoleException("an empty name is neither an address nor an interface of this machine");
        }
        try {
            NetworkInterface named = NetworkInterface.getByName(word);
            if (named != null) {
                List<InetAddress> addresses = named.inetAddresses()
                        .filter(address -> !address.isLinkLocalAddress())
                        .toList();
                if (addresses.isEmpty()) {
                    throw new ConsoleException("the interface " + word + " has no address");
                }
                return addresses;
            }
            InetAddress address = InetAddress.getByName(word);
            if (!address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null) {
                throw new ConsoleException(
                        "this machine has no address " + address.getHostAddress() + "; it has " + interfaces());
            }
            return List.of(address);
        } catch (UnknownHostException neither) {
            throw new ConsoleException(
                    "\"" + word
                            + "\" is neither an address nor an interface of this machine (\"ip address\" lists them)",
                    neither);
        } catch (SocketException unusable) {
            throw new ConsoleException(
                    "the interfaces of this machine cannot be listed: " + unusable.getMessage(), unusable);
        }
    }

    private static String interfaces() throws SocketException {
        return String.join(
                ", ",
                NetworkInterface.networkInterfaces()
                        .map(each -> each.getName() + " "
                                + each.inetAddresses()
                                        .filter(address -> !address.isLinkLocalAddress())
                                        .map(InetAddress::getHostAddress)
                                        .toList())
                        .toList());
    }
}
