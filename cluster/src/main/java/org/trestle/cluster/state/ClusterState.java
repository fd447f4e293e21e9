package org.trestle.cluster.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.StateFingerprint;
import org.trestle.cluster.api.Subscription;
import org.trestle.cluster.log.StateMachine;

/**
 * The machine behind the log, and the views that a node reads. Changing it is the log's business, one entry at a time;
 * reading it is free from any thread, and sees each entry's effect on a table, an account or a component as a whole.
 * Events are told on the applying thread, in log order, after all views have changed.
 */
public final class ClusterState implements StateMachine {
    private static final Logger log = LoggerFactory.getLogger(ClusterState.class);

    private final Object applying = new Object();
    private final TableView tables = new TableView();
    private final SessionView sessions = new SessionView();
    private final NodeView nodes = new NodeView();
    private volatile long appliedIndex;

    @Override
    public byte[] apply(long index, byte[] command) {
        synchronized (applying) {
            Reply reply;
            try {
                reply = run(index, CommandCodec.decode(command));
            } catch (IOException malformed) {
                log.warn("index={} command rejected: {}", index, malformed.getMessage());
                reply = new Reply(Reply.Status.REJECTED, index, "not a command: " + malformed.getMessage());
            }
            appliedIndex = index;
            return reply.encode();
        }
    }

    private Reply run(long index, Command command) {
        if (command instanceof Command.Write write) {
            return tables.apply(index, write.change());
        } else if (command instanceof Command.Bind bind) {
            return nodes.current(bind.node(), bind.epoch()) ? sessions.bind(index, bind) : deposed(index);
        } else if (command instanceof Command.BindFree free) {
            Command.Bind bind = free.bind();
            return nodes.current(bind.node(), bind.epoch()) ? sessions.bindFree(index, free) : deposed(index);
        } else if (command instanceof Command.Update update) {
            return nodes.current(update.node(), update.epoch()) ? sessions.update(index, update) : deposed(index);
        } else if (command instanceof Command.Unbind unbind) {
            return sessions.unbind(index, unbind);
        } else if (command instanceof Command.Attach attach) {
            return nodes.current(attach.node(), attach.epoch()) ? sessions.attach(index, attach) : deposed(index);
        } else if (command instanceof Command.Detach detach) {
            return sessions.detach(index, detach);
        } else if (command instanceof Command.NodeUp up) {
            return node(up.member().id(), nodes.up(index, up.member()));
        } else if (command instanceof Command.NodeLost lost) {
            return node(lost.node(), nodes.lost(index, lost.node(), lost.epoch()));
        } else {
            NodeId gone = ((Command.NodeGone) command).node();
            return node(gone, nodes.gone(index, gone));
        }
    }

    private static Reply deposed(long index) {
        return Reply.of(Reply.Status.DEPOSED, index);
    }

    private Reply node(NodeId node, NodeView.Outcome outcome) {
        if (outcome.ends()) {
            sessions.end(node).run();
        }
        outcome.telling().run();
        return outcome.reply();
    }

    @Override
    public void snapshot(DataOutput out) throws IOException {
        synchronized (applying) {
            new Snapshot(tables.tables(), sessions.content(), nodes.content()).write(out);
        }
    }

    /** A damaged snapshot changes nothing. Listeners are told the differences that it makes. */
    @Override
    public void restore(long index, DataInput in) throws IOException {
        Snapshot snapshot = Snapshot.read(in);
        synchronized (applying) {
            replace(index, snapshot);
        }
    }

    /** Forgets everything, told as a difference: for a node whose log is gone. Only between two logs. */
    public void reset() {
        synchronized (applying) {
            replace(0, Snapshot.EMPTY);
        }
    }

    private void replace(long index, Snapshot snapshot) {
        TreeSet<NodeId> lost = new TreeSet<>();
        Runnable nodesTelling = nodes.replace(snapshot.nodes(), lost);
        Runnable tablesTelling = tables.replace(snapshot.tables());
        Runnable sessionsTelling = sessions.replace(snapshot.sessions(), lost);
        tablesTelling.run();
        sessionsTelling.run();
        nodesTelling.run();
        appliedIndex = index;
    }

    /** The digest together with the index that it belongs to. */
    public StateFingerprint fingerprint() {
        synchronized (applying) {
            return new StateFingerprint(appliedIndex, digest());
        }
    }

    /** SHA-256 of the snapshot, in hexadecimal: equal on all nodes that have applied the same entries. */
    public String digest() {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            snapshot(new DataOutputStream(new DigestOutputStream(OutputStream.nullOutputStream(), sha256)));
            return HexFormat.of().formatHex(sha256.digest());
        } catch (NoSuchAlgorithmException | IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** The last entry whose effects are visible here and have been told; 0 at first and after {@link #reset}. */
    public long appliedIndex() {
        return appliedIndex;
    }

    /** The names of the tables that have a row. */
    public Set<String> tableNames() {
        return new TreeSet<>(tables.tables().keySet());
    }

    /** The members, those that are down included, ordered by cluster address; no two have the same id or address. */
    public List<MemberRecord> members() {
        return nodes.members();
    }

    /** The member with this id, or null when it is none. */
    public @Nullable MemberRecord member(NodeId id) {
        for (MemberRecord member : nodes.members()) {
            if (member.id().equals(id)) {
                return member;
            }
        }
        return null;
    }

    public NodeEpochs epochs() {
        return nodes;
    }

    public Subscription onNodes(NodeListener listener) {
        return nodes.listeners.add(listener);
    }

    TableView tables() {
        return tables;
    }

    SessionView sessions() {
        return sessions;
    }

    Subscription watch(String table, BiConsumer<@Nullable Row, @Nullable Row> watcher) {
        return tables.watch(table, watcher);
    }

    Subscription listen(Directory.Listener listener) {
        return sessions.listeners.add(listener);
    }
}
