package org.trestle.cluster.membership;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * The rows of the replicated table {@value #TABLE}: what the members agree on about their cluster. They belong to one
 * cluster and never move to another.
 */
public final class Rows {

    /** The table's name. */
    public static final String TABLE = "cluster";

    /** Key of the cluster's CA, with its private key, so that every member can admit nodes. */
    public static final String CA = "ca";

    /** Key of the mark that an operator made this node a cluster. */
    public static final String CLUSTERED = "clustered";

    /** Key of the bundle of certificates whose holders may join without a token. */
    public static final String TRUST = "trust";

    private static final String INVITATION = "invitation/";
    private static final String JOINING = "joining/";
    private static final String REMOVED = "removed/";

    /**
     * An invitation, without its secret.
     *
     * @param digest SHA-256 of the secret, in hexadecimal
     * @param usedBy the one node that may join with it, once a node began to
     */
    public record Invitation(
            String id,
            String digest,
            Instant expires,
            @Nullable NodeId usedBy) {
        byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(digest);
                out.writeLong(expires.toEpochMilli());
                out.writeUTF(usedBy == null ? "" : usedBy.value());
            });
        }

        static Invitation decode(String id, byte[] value) {
            return Packer.unpack(value, in -> {
                String digest = in.readUTF();
                Instant expires = Instant.ofEpochMilli(in.readLong());
                String usedBy = in.readUTF();
                return new Invitation(id, digest, expires, usedBy.isEmpty() ? null : new NodeId(usedBy));
            });
        }

        /** The same invitation, bound to one node. */
        public Invitation usedBy(NodeId node) {
            return new Invitation(id, digest, expires, node);
        }

        @Override
        public String toString() {
            return "Invitation[id=" + id + ", expires=" + expires + ", usedBy=" + usedBy + "]";
        }
    }

    /**
     * A node that was admitted: from here on the members listen to it, whether it votes already or not.
     *
     * @param until when the members forget it unless it became a member
     */
    public record Joining(NodeId id, String name, NodeAddress cluster, NodeAddress client, Instant until) {
        byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(name);
                out.writeUTF(cluster.toString());
                out.writeUTF(client.toString());
                out.writeLong(until.toEpochMilli());
            });
        }

        static Joining decode(NodeId id, byte[] value) {
            return Packer.unpack(
                    value,
                    in -> new Joining(
                            id,
                            in.readUTF(),
                            NodeAddress.parse(in.readUTF(), 1),
                            NodeAddress.parse(in.readUTF(), 1),
                            Instant.ofEpochMilli(in.readLong())));
        }
    }

    /**
     * A node that is a member no more, kept so that it can be told when it comes back.
     *
     * @param by the node at which it was removed
     */
    public record Removed(NodeId id, String name, Instant at, NodeId by) {
        byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(name);
                out.writeLong(at.toEpochMilli());
                out.writeUTF(by.value());
            });
        }

        static Removed decode(NodeId id, byte[] value) {
            return Packer.unpack(
                    value,
                    in -> new Removed(id, in.readUTF(), Instant.ofEpochMilli(in.readLong()), new NodeId(in.readUTF())));
        }
    }

    private Rows() {}

    static String invitationKey(String id) {
        return INVITATION + id;
    }

    static String joiningKey(NodeId id) {
        return JOINING + id;
    }

    static String removedKey(NodeId id) {
        return REMOVED + id;
    }

    /** Whether an operator ran {@code initialize} here, or this node joined a cluster. */
    public static boolean clustered(Tables tables) {
        return tables.get(TABLE, CLUSTERED) != null;
    }

    /** The row of an invitation, or null. */
    public static @Nullable Row invitationRow(Tables tables, String id) {
        return tables.get(TABLE, invitationKey(id));
    }

    /** All invitations that are kept. */
    public static List<Invitation> invitations(Tables tables) {
        List<Invitation> found = new ArrayList<>();
        for (Row row : tables.rows(TABLE)) {
            if (row.key().startsWith(INVITATION)) {
                found.add(Invitation.decode(row.key().substring(INVITATION.length()), row.value()));
            }
        }
        return found;
    }

    /** All nodes that were admitted and did not finish yet. */
    public static List<Joining> joining(Tables tables) {
        List<Joining> found = new ArrayList<>();
        for (Row row : tables.rows(TABLE)) {
            if (row.key().startsWith(JOINING)) {
                found.add(Joining.decode(new NodeId(row.key().substring(JOINING.length())), row.value()));
            }
        }
        return found;
    }

    /** Drops what was noted of a node on its way in; an empty change when nothing was. */
    public static Change settled(Tables tables, NodeId node) {
        Row row = tables.get(TABLE, joiningKey(node));
        return row == null
                ? Change.of().build()
                : Change.of().delete(TABLE, row.key(), row.version()).build();
    }

    /** All nodes that were removed and are remembered, the latest first. */
    public static List<Removed> removed(Tables tables) {
        List<Removed> found = new ArrayList<>();
        for (Row row : tables.rows(TABLE)) {
            if (row.key().startsWith(REMOVED)) {
                found.add(Removed.decode(new NodeId(row.key().substring(REMOVED.length())), row.value()));
            }
        }
        found.sort(Comparator.comparing(Removed::at).reversed());
        return found;
    }

    /** When and where a node was removed, or null when nothing is known of that. */
    public static @Nullable Removed removed(Tables tables, NodeId node) {
        Row row = tables.get(TABLE, removedKey(node));
        return row == null ? null : Removed.decode(node, row.value());
    }
}
