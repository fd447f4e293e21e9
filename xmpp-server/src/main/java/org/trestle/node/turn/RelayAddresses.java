package org.trestle.node.turn;

import io.netty.util.NetUtil;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.trestle.node.config.TurnConfig;
import org.trestle.node.settings.TurnState;
import org.trestle.node.shell.ConsoleException;

/** Finds out which addresses of this machine a relay uses. */
public final class RelayAddresses {
    private RelayAddresses() {}

    /** Reads words that name addresses and interfaces. */
    @FunctionalInterface
    public interface Resolver {
        List<InetAddress> addresses(List<String> words) throws ConsoleException;
    }

    /**
     * Plans a relay.
     *
     * @param usual where the node listens when nothing is said for the relay
     * @param preferred how others reach the node; used for relayed ports when the relay listens on every address
     */
    public static RelayPlan plan(TurnConfig config, TurnState state, String usual, String preferred, Resolver resolver)
            throws ConsoleException {
        List<String> words = state.listen() != null ? state.listen() : config.listen();
        if (words.isEmpty()) {
            words = List.of(usual);
        }
        List<InetAddress> named = resolver.addresses(words);
        List<InetAddress> listen = everyOne(named);
        boolean every = named.stream().anyMatch(InetAddress::isAnyLocalAddress);
        List<InetAddress> candidates = relayCandidates(config, listen, every ? preferred : null);
        Integer tlsPort = state.tlsPort();
        String publicAddress = state.publicAddress() == null ? config.publicAddress() : state.publicAddress();
        InetAddress ipv4 = first(candidates, Inet4Address.class);
        InetAddress ipv6 = first(candidates, Inet6Address.class);
        InetAddress outer = publicAddress == null || publicAddress.isEmpty()
                ? null
                : NetUtil.createInetAddressFromIpAddressString(publicAddress);
        if (outer != null && (outer instanceof Inet4Address ? ipv4 : ipv6) == null) {
            String family = outer instanceof Inet4Address ? "IPv4" : "IPv6";
            throw new ConsoleException("the relay has no " + family + " address that " + publicAddress
                    + " could stand for; \"turn listen\" names its addresses");
        }
        return new RelayPlan(
                words,
                listen,
                config.port(),
                tlsPort == null ? config.tlsPort() : tlsPort,
                0,
                ipv4,
                ipv6,
                outer,
                config);
    }

    /**
     * "Every address" becomes each one of them: an answer has to come from the address that was asked, which one socket for
     * all addresses cannot promise.
     */
    private static List<InetAddress> everyOne(List<InetAddress> named) throws ConsoleException {
        Set<InetAddress> all = new LinkedHashSet<>();
        for (InetAddress address : named) {
            if (address.isAnyLocalAddress()) {
                all.addAll(ofThisMachine());
            } else {
                all.add(address);
            }
        }
        return List.copyOf(all);
    }

    /** The addresses of this machine, those that others can reach first. */
    public static List<InetAddress> ofThisMachine() throws ConsoleException {
        try {
            List<InetAddress> outside = new ArrayList<>();
            List<InetAddress> inside = new ArrayList<>();
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> !address.isLinkLocalAddress())
                    .forEach(address -> (address.isLoopbackAddress() ? inside : outside).add(address));
            outside.addAll(inside);
            return outside;
        } catch (SocketException unusable) {
            throw new ConsoleException(
                    "the addresses of this machine cannot be listed: " + unusable.getMessage(), unusable);
        }
    }

    private static List<InetAddress> relayCandidates(
            TurnConfig config, List<InetAddress> listen, @Nullable String preferred) throws ConsoleException {
        List<InetAddress> candidates = new ArrayList<>();
        for (String text : new String[] {config.relayAddress(), preferred}) {
            InetAddress address = text == null ? null : NetUtil.createInetAddressFromIpAddressString(text);
            if (address != null
                    && (address.isLoopbackAddress() || ofThisMachine().contains(address))) {
                candidates.add(address);
            } else if (address != null && text != null && text.equals(config.relayAddress())) {
                throw new ConsoleException(
                        "this machine has no address " + text + " (trestle.turn.relay-address); it has "
                                + String.join(
                                        ", ",
                                        ofThisMachine().stream()
                                                .map(NetUtil::toAddressString)
                                                .toList()));
            }
        }
        boolean outside = listen.stream().anyMatch(address -> !address.isLoopbackAddress());
        listen.stream()
                .filter(address -> !outside || !address.isLoopbackAddress())
                .forEach(candidates::add);
        return candidates;
    }

    private static @Nullable InetAddress first(List<InetAddress> addresses, Class<? extends InetAddress> family) {
        return addresses.stream().filter(family::isInstance).findFirst().orElse(null);
    }
}
