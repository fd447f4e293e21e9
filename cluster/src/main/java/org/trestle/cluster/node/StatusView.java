package org.trestle.cluster.node;

import java.math.BigInteger;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.ClusterStatus;
import org.trestle.cluster.api.ClusterStatus.Peer;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Role;
import org.trestle.cluster.liveness.Liveness;
import org.trestle.cluster.log.LogStatus;
import org.trestle.cluster.membership.Hello;
import org.trestle.cluster.membership.Rows;

/** What this node knows at this moment, told as it is, also when it has lost the others. */
final class StatusView {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Comparator<Peer> BY_ADDRESS = Comparator.comparing((Peer peer) -> order(peer.client()))
            .thenComparingInt(peer -> peer.client().port())
            .thenComparing(Peer::id);

    private StatusView() {}

    static ClusterStatus of(Parts parts, @Nullable Life life, NodeId self, @Nullable String notice) {
        if (life == null) {
            Peer alone = self(parts, self, false);
            return new ClusterStatus(self, false, Role.JOINING, 0, null, null, null, 0, List.of(alone), notice);
        }
        LogStatus log = life.log().status();
        List<Peer> peers = peers(parts, life, log, self);
        boolean clustered = Rows.clustered(parts.tables()) || peers.size() > 1;
        return new ClusterStatus(
                self,
                clustered,
                role(parts, life, log, self),
                log.term(),
                log.leader(),
                life.leaders().since(),
                life.leaders().at(),
                log.commitIndex(),
                peers,
                notice != null || life.complaint().isEmpty() ? notice : life.complaint());
    }

    private static Role role(Parts parts, Life life, LogStatus log, NodeId self) {
        boolean votes = log.members().stream().anyMatch(member -> member.id().equals(self) && member.voting());
        if (life.joining() && !votes) {
            return Role.JOINING;
        }
        if (!parts.serving().serving()) {
            return Role.NO_QUORUM;
        }
        if (log.leading()) {
            return Role.LEADER;
        }
        return log.leader() == null ? Role.CANDIDATE : Role.FOLLOWER;
    }

    private static List<Peer> peers(Parts parts, Life life, LogStatus log, NodeId self) {
        Map<NodeId, Boolean> votes = new LinkedHashMap<>();
        log.members().forEach(member -> votes.put(member.id(), member.voting()));
        if (!votes.getOrDefault(self, false)) {
            // On its way in, or out: what it talks to is what it was told of.
            life.book().contacts(log).forEach(contact -> votes.putIfAbsent(contact.id(), true));
            votes.putIfAbsent(self, false);
        }
        List<Peer> peers = new ArrayList<>();
        votes.forEach((id, voting) -> peers.add(id.equals(self) ? self(parts, id, voting) : peer(life, id, voting)));
        peers.sort(BY_ADDRESS);
        return peers;
    }

    private static Peer self(Parts parts, NodeId self, boolean voting) {
        ClusterSettings settings = parts.settings();
        return new Peer(self, settings.name(), settings.cluster(), settings.client(), voting, true, Duration.ZERO);
    }

    private static Peer peer(Life life, NodeId id, boolean voting) {
        Hello.@Nullable Member member = life.book().find(id);
        Liveness liveness = life.liveness();
        boolean up = liveness.up(id);
        Duration heard = liveness.sinceHeard(id);
        if (member == null) {
            NodeAddress nowhere = new NodeAddress("unknown", 1);
            return new Peer(id, "unknown", nowhere, nowhere, voting, up, heard);
        }
        return new Peer(id, member.name(), member.cluster(), member.client(), voting, up, heard);
    }

    /** IPv4 addresses in the order of their numbers, before everything else in the order of its letters. */
    private static String order(NodeAddress address) {
        if (!IPV4.matcher(address.host()).matches()) {
            return "~" + address.host();
        }
        BigInteger number = BigInteger.ZERO;
        for (String part : address.host().split("\\.", -1)) {
            number = number.shiftLeft(8).add(new BigInteger(part));
        }
        return String.format("%012d", number);
    }
}
