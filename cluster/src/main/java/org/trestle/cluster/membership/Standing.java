package org.trestle.cluster.membership;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.NodeId;

/**
 * What a node is to the cluster that it asks.
 *
 * @param removed when it was removed, null unless it was
 * @param by at which node
 */
public record Standing(
        boolean member, @Nullable Instant removed, @Nullable NodeId by) {

    /** It belongs here, or is on its way in. */
    public static final Standing MEMBER = new Standing(true, null, null);

    /** The cluster does not know it. */
    public static final Standing UNKNOWN = new Standing(false, null, null);

    static Standing removed(Instant at, NodeId by) {
        return new Standing(false, at, by);
    }

    /** The question of {@code asker}. */
    public static byte[] question(NodeId asker) {
        return Packer.pack(out -> out.writeUTF(asker.value()));
    }

    static NodeId asker(byte[] question) {
        return Packer.unpack(question, in -> new NodeId(in.readUTF()));
    }

    public byte[] encode() {
        return Packer.pack(out -> {
            out.writeBoolean(member);
            out.writeLong(removed == null ? 0 : removed.toEpochMilli());
            out.writeUTF(by == null ? "" : by.value());
        });
    }

    public static Standing decode(byte[] answer) {
        return Packer.unpack(answer, in -> {
            boolean member = in.readBoolean();
            long removed = in.readLong();
            String by = in.readUTF();
            return new Standing(
                    member, removed == 0 ? null : Instant.ofEpochMilli(removed), by.isEmpty() ? null : new NodeId(by));
        });
    }

    /** What the operator of a node that is no member any more must know. */
    public String notice() {
        String what = removed == null
                ? "the cluster does not know this node any more"
                : "this node was removed from the cluster at " + removed + " (on node " + by + ")";
        return what
                + ". It serves nobody. To come back, print a token on a member with \"xmpp cluster invite\" and run "
                + "\"xmpp cluster join <address> <token>\" here; to run it alone, \"xmpp cluster remove\".";
    }
}
