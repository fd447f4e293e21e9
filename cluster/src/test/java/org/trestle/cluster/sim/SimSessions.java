package org.trestle.cluster.sim;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.StateNodes;

/**
 * What a server does on one process of a node, as far as the directory goes: says that it is up, keeps the sessions and
 * connections that it owns, ends them when it is fenced, and never has any again before it has a new epoch.
 */
final class SimSessions {
    /** A node that has not been in touch with a quorum for so long serves nobody. */
    static final Duration LEASE = Duration.ofSeconds(2);

    /** A leader that has not heard of a node for so long declares it lost: longer than the lease. */
    private static final Duration LOST = Duration.ofSeconds(3);

    private static final Duration LOOK = Duration.ofMillis(100);

    /** Who is told when a session begins and ends here. */
    interface Watch {
        void began(SimSessions owner, String jid, String session);

        void ended(SimSessions owner, String jid, String session);
    }

    final TestNode node;
    private final Watch watch;
    private final Map<String, String> live = new HashMap<>();
    private final Map<String, String> connections = new HashMap<>();
    private long epoch;
    private boolean asking;
    private long touched;
    private long gaps;
    private long leadingSince;
    private int numbers;

    SimSessions(TestNode node, Watch watch) {
        this.node = node;
        this.watch = watch;
        node.directory().listen(new Directory.Listener() {
            @Override
            public void unbound(Binding binding, Directory.Cause cause) {
                end(jid(binding.account(), binding.resource()), binding.session());
            }

            @Override
            public void detached(Attachment attachment, Directory.Cause cause) {
                connections.remove(attachment.connection());
            }

            @Override
            public void nodeLost(NodeId lost) {
                if (lost.equals(node.id())) {
                    endAll();
                }
            }
        });
        look();
    }

    static String jid(String account, String resource) {
        return account + "/" + resource;
    }

    /**
     * By the clock and not by a timer, so that a process that was frozen knows it at once; and by what {@link #look} has
     * seen, so that an old message that waited for it meanwhile does not make up for the gap.
     */
    boolean serving() {
        return epoch > 0
                && inTouch()
                && node.state().epochs().up(node.id())
                && node.state().epochs().epoch(node.id()) == epoch;
    }

    private boolean inTouch() {
        return node.process().nanos() - touched < LEASE.toNanos();
    }

    /** The sessions, by full Jid. */
    Map<String, String> live() {
        return live;
    }

    Map<String, String> connections() {
        return connections;
    }

    /** Declares nothing more and ends: the cluster is about to be compared. */
    boolean quiet() {
        return !asking && serving();
    }

    private void look() {
        if (!inTouch() || (epoch > 0 && !serving())) {
            endAll();
            gaps++;
            leadingSince = node.process().nanos();
        }
        touched = node.log().status().quorumHeard();
        if (epoch == 0 && !asking) {
            up();
        }
        declareLost();
        node.process().after(LOOK, this::look);
    }

    private void up() {
        asking = true;
        long before = gaps;
        node.nodes().up(node.record()).whenComplete((result, failure) -> {
            asking = false;
            if (failure == null && result.verdict() == StateNodes.Verdict.DONE && before == gaps) {
                endAll();
                epoch = result.index();
            }
        });
    }

    private void declareLost() {
        long now = node.process().nanos();
        // A leader need not be up itself: it may have to declare lost whoever holds its address before it can be.
        if (!node.log().status().leading() || !inTouch()) {
            leadingSince = now;
            return;
        }
        node.state().members().forEach(member -> {
            NodeId other = member.id();
            long silence = now - Math.max(node.transport().lastHeard(other), leadingSince);
            if (!other.equals(node.id()) && node.state().epochs().up(other) && silence > LOST.toNanos()) {
                node.nodes().lost(other, node.state().epochs().epoch(other)).whenComplete((result, failure) -> {});
            }
        });
    }

    void bind(String account, String resource) {
        String session = node.id() + "-" + node.process().nanos() + "-" + numbers++;
        long begun = epoch;
        node.directory().bind(account, resource, session, new byte[0]).whenComplete((binding, failure) -> {
            if (failure != null) {
                return;
            }
            Binding current = node.directory().binding(account, resource);
            if (serving()
                    && epoch == begun
                    && current != null
                    && current.session().equals(session)) {
                live.put(jid(account, resource), session);
                watch.began(this, jid(account, resource), session);
            } else {
                node.directory().unbind(account, resource, session).whenComplete((done, failed) -> {});
            }
        });
    }

    void update(String account, String resource, byte[] attributes) {
        String session = live.get(jid(account, resource));
        if (session != null) {
            node.directory().update(account, resource, session, attributes).whenComplete((done, failure) -> {});
        }
    }

    void unbind(String account, String resource) {
        String jid = jid(account, resource);
        String session = live.get(jid);
        if (session != null) {
            end(jid, session);
            giveBack(account, resource, session);
        }
    }

    /** A stream that ended is given back until the cluster has it, or this epoch is over. */
    private void giveBack(String account, String resource, String session) {
        long begun = epoch;
        node.directory().unbind(account, resource, session).whenComplete((done, failure) -> {
            if (failure != null && epoch == begun) {
                node.process().after(LOOK, () -> giveBack(account, resource, session));
            }
        });
    }

    void attach(String domain) {
        String connection = node.id() + "-" + node.process().nanos() + "-" + numbers++;
        long begun = epoch;
        node.directory().attach(domain, connection).whenComplete((attachment, failure) -> {
            if (failure == null) {
                boolean there = node.directory().attachments(domain).contains(attachment);
                if (serving() && epoch == begun && there) {
                    connections.put(connection, domain);
                } else {
                    node.directory().detach(domain, connection).whenComplete((done, failed) -> {});
                }
            }
        });
    }

    void detach() {
        List.copyOf(connections.keySet()).stream().findFirst().ifPresent(connection -> {
            String domain = connections.remove(connection);
            if (domain != null) {
                detach(domain, connection);
            }
        });
    }

    private void detach(String domain, String connection) {
        long begun = epoch;
        node.directory().detach(domain, connection).whenComplete((done, failure) -> {
            if (failure != null && epoch == begun) {
                node.process().after(LOOK, () -> detach(domain, connection));
            }
        });
    }

    private void end(String jid, String session) {
        if (live.remove(jid, session)) {
            watch.ended(this, jid, session);
        }
    }

    private void endAll() {
        epoch = 0;
        connections.clear();
        Map.copyOf(live).forEach(this::end);
    }
}
