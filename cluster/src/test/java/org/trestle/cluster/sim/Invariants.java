package org.trestle.cluster.sim;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.MemberRecord;

/** What must hold at every moment of a simulation, whatever fails in it. */
final class Invariants implements TestCluster.Observer, SimSessions.Watch {
    /** A digest is taken at every so manieth entry. */
    private static final int DIGEST_EVERY = 16;

    private record Holder(SimSessions owner, String session) {}

    private final List<String> accounts;
    private final Map<Long, NodeId> leaders = new HashMap<>();
    private final Map<Long, Integer> entries = new HashMap<>();
    private final Map<Long, String> digests = new HashMap<>();
    private final Map<String, List<Holder>> holders = new HashMap<>();
    private final Set<String> contested = new HashSet<>();
    private final Map<String, Long> acknowledged = new TreeMap<>();
    private @Nullable String broken;

    Invariants(List<String> accounts) {
        this.accounts = accounts;
    }

    /** Writes that were answered: key and version. */
    void acknowledged(String key, long version) {
        acknowledged.put(key, version);
    }

    int acknowledgedWrites() {
        return acknowledged.size();
    }

    void require(boolean holds, Supplier<String> otherwise) {
        if (!holds && broken == null) {
            broken = otherwise.get();
        }
    }

    /** A node has started: who leads is looked at whenever it changes. */
    void watch(TestNode node) {
        node.log().onChange(status -> {
            if (status.leading()) {
                NodeId other = leaders.putIfAbsent(status.term(), node.id());
                require(
                        other == null || other.equals(node.id()),
                        () -> "two leaders in term " + status.term() + ": " + other + " and " + node.id());
            }
        });
    }

    /** To be called after every event. */
    void check() {
        for (String jid : contested) {
            List<Holder> owners = holders.getOrDefault(jid, List.of()).stream()
                    .filter(holder -> holder.owner.node.process().running() && holder.owner.serving())
                    .toList();
            require(owners.size() < 2, () -> jid + " is owned twice: " + owners);
        }
        if (broken != null) {
            throw new AssertionError(broken);
        }
    }

    @Override
    public void applied(TestNode node, long index, byte[] command, byte[] result) {
        int entry = Arrays.hashCode(command) * 31 + Arrays.hashCode(result);
        Integer other = entries.putIfAbsent(index, entry);
        require(other == null || other == entry, () -> "entry " + index + " is another one on " + node);
        for (String account : accounts) {
            for (Binding binding : node.directory().bindings(account)) {
                require(
                        node.state().epochs().up(binding.node())
                                && binding.index() > node.state().epochs().epoch(binding.node()),
                        () -> "at entry " + index + " " + binding + " outlives its node's epoch on " + node);
            }
        }
        Set<Object> known = new HashSet<>();
        for (MemberRecord member : node.state().members()) {
            require(known.add(member.id()) && known.add(member.cluster()), () -> "a node is there twice: " + member);
        }
        if (index % DIGEST_EVERY == 0) {
            digest(node, index);
        }
    }

    @Override
    public void restored(TestNode node, long index) {
        digest(node, index);
    }

    private void digest(TestNode node, long index) {
        String mine = node.state().digest();
        String other = digests.putIfAbsent(index, mine);
        require(other == null || other.equals(mine), () -> "another state at entry " + index + " on " + node);
    }

    @Override
    public void began(SimSessions owner, String jid, String session) {
        List<Holder> all = holders.computeIfAbsent(jid, key -> new ArrayList<>());
        all.removeIf(holder -> holder.owner.node.process().killed());
        all.add(new Holder(owner, session));
        if (all.size() > 1) {
            contested.add(jid);
        }
    }

    @Override
    public void ended(SimSessions owner, String jid, String session) {
        List<Holder> all = holders.getOrDefault(jid, new ArrayList<>());
        all.remove(new Holder(owner, session));
        if (all.size() < 2) {
            contested.remove(jid);
        }
    }

    /** At the end, when all nodes are up and nothing is under way. */
    void checkSettled(List<SimSessions> servers) {
        String digest = servers.get(0).node.state().digest();
        Map<String, String> directory = new TreeMap<>();
        Map<String, String> sessions = new TreeMap<>();
        for (SimSessions server : servers) {
            TestNode node = server.node;
            require(node.state().digest().equals(digest), () -> "another state at the end on " + node);
            acknowledged.forEach((key, version) -> {
                var row = node.tables().get("acknowledged", key);
                require(row != null && row.version() == version, () -> "lost on " + node + ": " + key);
            });
            sessions.putAll(server.live());
        }
        for (String account : accounts) {
            servers.get(0)
                    .node
                    .directory()
                    .bindings(account)
                    .forEach(binding ->
                            directory.put(SimSessions.jid(binding.account(), binding.resource()), binding.session()));
        }
        require(directory.equals(sessions), () -> "the directory says " + directory + ", the servers have " + sessions);
        Set<String> attached = new HashSet<>();
        servers.get(0)
                .node
                .directory()
                .attachments(Simulation.COMPONENT)
                .forEach(attachment -> attached.add(attachment.connection()));
        Set<String> connections = new HashSet<>();
        servers.forEach(server -> connections.addAll(server.connections().keySet()));
        require(attached.equals(connections), () -> "attached are " + attached + ", connected are " + connections);
        check();
    }
}
