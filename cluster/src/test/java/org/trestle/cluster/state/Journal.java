package org.trestle.cluster.state;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;

/** Writes down every event in words. */
final class Journal implements Directory.Listener, NodeListener {
    private final List<String> lines = new ArrayList<>();

    static Journal of(ClusterState state) {
        Journal journal = new Journal();
        state.listen(journal);
        state.onNodes(journal);
        state.watch("users", journal::row);
        return journal;
    }

    /** What was written since the last call. */
    List<String> take() {
        List<String> taken = List.copyOf(lines);
        lines.clear();
        return taken;
    }

    private void row(@Nullable Row before, @Nullable Row after) {
        lines.add("row " + text(before) + " -> " + text(after));
    }

    private static String text(@Nullable Row row) {
        return row == null ? "-" : row.key() + "=" + new String(row.value(), StandardCharsets.UTF_8);
    }

    @Override
    public void bound(Binding binding) {
        lines.add("bound " + binding.session());
    }

    @Override
    public void updated(Binding before, Binding after) {
        lines.add("updated " + after.session() + " " + before.attributes().length + " -> " + after.attributes().length);
    }

    @Override
    public void unbound(Binding binding, Directory.Cause cause) {
        lines.add("unbound " + binding.session() + " " + cause);
    }

    @Override
    public void attached(Attachment attachment) {
        lines.add("attached " + attachment.connection());
    }

    @Override
    public void detached(Attachment attachment, Directory.Cause cause) {
        lines.add("detached " + attachment.connection() + " " + cause);
    }

    @Override
    public void nodeLost(NodeId node) {
        lines.add("entries of " + node + " ended");
    }

    @Override
    public void up(MemberRecord member, long epoch) {
        lines.add("up " + member.name() + " " + epoch);
    }

    @Override
    public void lost(MemberRecord member, long index) {
        lines.add("lost " + member.name() + " " + index);
    }

    @Override
    public void gone(NodeId node) {
        lines.add("gone " + node);
    }
}
