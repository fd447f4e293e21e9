package org.trestle.cluster.state;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory.Cause;
import org.trestle.cluster.api.Directory.Listener;
import org.trestle.cluster.api.NodeId;

/** What is different between two contents of the session directory, told as if it had happened entry by entry. */
record SessionDifferences(SessionView.Content before, SessionView.Content after, Set<NodeId> lost) {

    /** First all that ended, then all that began, both in the order of the log. */
    void tell(Listeners<Listener> listeners) {
        if (listeners.isEmpty()) {
            return;
        }
        new TreeSet<>(lost).forEach(node -> listeners.tell(listener -> listener.nodeLost(node)));
        bindings(listeners);
        attachments(listeners);
    }

    private void bindings(Listeners<Listener> listeners) {
        Map<List<String>, Binding> now = new HashMap<>();
        after.bindings().forEach(binding -> now.put(jid(binding), binding));
        Map<List<String>, Binding> then = new HashMap<>();
        for (Binding old : before.bindings()) {
            then.put(jid(old), old);
            Binding current = now.get(jid(old));
            if (current == null || !same(old, current)) {
                Cause cause = cause(old.node(), current);
                listeners.tell(listener -> listener.unbound(old, cause));
            }
        }
        for (Binding current : after.bindings()) {
            Binding old = then.get(jid(current));
            if (old == null || !same(old, current)) {
                listeners.tell(listener -> listener.bound(current));
            } else if (!Arrays.equals(old.attributes(), current.attributes())) {
                listeners.tell(listener -> listener.updated(old, current));
            }
        }
    }

    private void attachments(Listeners<Listener> listeners) {
        Set<Attachment> now = Set.copyOf(after.attachments());
        Set<Attachment> then = Set.copyOf(before.attachments());
        for (Attachment old : before.attachments()) {
            if (!now.contains(old)) {
                listeners.tell(listener -> listener.detached(old, cause(old.node(), null)));
            }
        }
        for (Attachment current : after.attachments()) {
            if (!then.contains(current)) {
                listeners.tell(listener -> listener.attached(current));
            }
        }
    }

    private Cause cause(NodeId node, @Nullable Binding successor) {
        if (lost.contains(node)) {
            return Cause.NODE_LOST;
        }
        return successor == null ? Cause.CLOSED : Cause.REPLACED;
    }

    private static List<String> jid(Binding binding) {
        return List.of(binding.account(), binding.resource());
    }

    private static boolean same(Binding one, Binding other) {
        return one.index() == other.index()
                && one.session().equals(other.session())
                && one.node().equals(other.node());
    }
}
