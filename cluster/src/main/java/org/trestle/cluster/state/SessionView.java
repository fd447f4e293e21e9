package org.trestle.cluster.state;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Directory.Cause;
import org.trestle.cluster.api.Directory.Listener;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.state.Reply.Status;

/** The session directory: immutable lists by account and by component. One writer, any reader. */
final class SessionView {
    private static final Comparator<Binding> BOUND_FIRST = Comparator.comparingLong(Binding::index);
    private static final Comparator<Attachment> ATTACHED_LAST =
            Comparator.comparingLong(Attachment::index).reversed();

    /** Bindings of an account, oldest first; no empty lists. */
    private final Map<String, List<Binding>> accounts = new ConcurrentHashMap<>();

    /** Connections of a component, newest first; no empty lists. */
    private final Map<String, List<Attachment>> components = new ConcurrentHashMap<>();

    private final AtomicInteger size = new AtomicInteger();
    private int connections;
    final Listeners<Listener> listeners = new Listeners<>();

    /** Everything, in the order of the log: what a snapshot holds. */
    record Content(List<Binding> bindings, List<Attachment> attachments) {
        static final Content NONE = new Content(List.of(), List.of());
    }

    int size() {
        return size.get();
    }

    List<Binding> bindings(String account) {
        return accounts.getOrDefault(account, List.of());
    }

    @Nullable
    Binding binding(String account, String resource) {
        for (Binding binding : bindings(account)) {
            if (binding.resource().equals(resource)) {
                return binding;
            }
        }
        return null;
    }

    List<Attachment> attachments(String domain) {
        return components.getOrDefault(domain, List.of());
    }

    Content content() {
        return new Content(
                bindings(binding -> true),
                components.values().stream()
                        .flatMap(List::stream)
                        .sorted(ATTACHED_LAST.reversed())
                        .toList());
    }

    Reply bind(long index, Command.Bind bind) {
        Binding old = binding(bind.account(), bind.resource());
        List<Binding> rest = bindings(bind.account());
        if (old == null && (rest.size() >= Limits.RESOURCES || size() >= Limits.BINDINGS)) {
            return new Reply(
                    Status.REJECTED, index, bind.account() + " has too many resources, or the directory is full");
        }
        Binding made =
                new Binding(bind.account(), bind.resource(), bind.node(), bind.session(), bind.attributes(), index);
        add(made);
        if (old != null) {
            listeners.tell(listener -> listener.unbound(old, Cause.REPLACED));
        }
        listeners.tell(listener -> listener.bound(made));
        return Reply.of(Status.APPLIED, index);
    }

    /** Answers {@link Status#CONFLICT} when another session has the Jid than the one that may be replaced. */
    Reply bindFree(long index, Command.BindFree free) {
        Binding old = binding(free.bind().account(), free.bind().resource());
        return old == null || old.session().equals(free.instead())
                ? bind(index, free.bind())
                : new Reply(Status.CONFLICT, index, old.session());
    }

    Reply update(long index, Command.Update update) {
        Binding before = owned(update.account(), update.resource(), update.session());
        if (before == null || !before.node().equals(update.node())) {
            return Reply.of(Status.NOTHING, index);
        }
        Binding after = new Binding(
                before.account(),
                before.resource(),
                before.node(),
                before.session(),
                update.attributes(),
                before.index());
        List<Binding> all = new ArrayList<>(bindings(before.account()));
        all.set(all.indexOf(before), after);
        accounts.put(before.account(), List.copyOf(all));
        listeners.tell(listener -> listener.updated(before, after));
        return Reply.of(Status.APPLIED, index);
    }

    Reply unbind(long index, Command.Unbind unbind) {
        Binding owned = owned(unbind.account(), unbind.resource(), unbind.session());
        if (owned == null) {
            return Reply.of(Status.NOTHING, index);
        }
        drop(owned);
        listeners.tell(listener -> listener.unbound(owned, Cause.CLOSED));
        return Reply.of(Status.APPLIED, index);
    }

    Reply attach(long index, Command.Attach attach) {
        Attachment old = connection(attach.domain(), attach.connection());
        if (old != null) {
            return Reply.of(Status.NOTHING, old.index());
        }
        if (attachments(attach.domain()).size() >= Limits.CONNECTIONS || connections >= Limits.ATTACHMENTS) {
            return new Reply(Status.REJECTED, index, attach.domain() + " has too many connections");
        }
        Attachment made = new Attachment(attach.domain(), attach.node(), attach.connection(), index);
        add(made);
        listeners.tell(listener -> listener.attached(made));
        return Reply.of(Status.APPLIED, index);
    }

    Reply detach(long index, Command.Detach detach) {
        Attachment gone = connection(detach.domain(), detach.connection());
        if (gone == null) {
            return Reply.of(Status.NOTHING, index);
        }
        drop(gone);
        listeners.tell(listener -> listener.detached(gone, Cause.CLOSED));
        return Reply.of(Status.APPLIED, index);
    }

    /** Ends all that the node has; the returned task tells it. */
    Runnable end(NodeId node) {
        List<Binding> bindings = bindings(binding -> binding.node().equals(node));
        List<Attachment> attachments = components.values().stream()
                .flatMap(List::stream)
                .filter(attachment -> attachment.node().equals(node))
                .sorted(ATTACHED_LAST.reversed())
                .toList();
        bindings.forEach(this::drop);
        attachments.forEach(this::drop);
        return () -> {
            listeners.tell(listener -> listener.nodeLost(node));
            bindings.forEach(binding -> listeners.tell(listener -> listener.unbound(binding, Cause.NODE_LOST)));
            attachments.forEach(
                    attachment -> listeners.tell(listener -> listener.detached(attachment, Cause.NODE_LOST)));
        };
    }

    /** Takes other content; the returned task tells what is different. {@code lost}: nodes whose epoch ended meanwhile. */
    Runnable replace(Content content, Set<NodeId> lost) {
        Content old = content();
        swap(accounts, group(content.bindings(), Binding::account, BOUND_FIRST));
        swap(components, group(content.attachments(), Attachment::domain, ATTACHED_LAST));
        size.set(content.bindings().size());
        connections = content.attachments().size();
        SessionDifferences differences = new SessionDifferences(old, content, lost);
        return () -> differences.tell(listeners);
    }

    private static <T> Map<String, List<T>> group(List<T> all, Function<T, String> key, Comparator<T> order) {
        return all.stream().sorted(order).collect(Collectors.groupingBy(key, Collectors.toUnmodifiableList()));
    }

    /** Key by key, so that readers never see less than what both contents have. */
    private static <T> void swap(Map<String, List<T>> view, Map<String, List<T>> content) {
        view.putAll(content);
        view.keySet().retainAll(content.keySet());
    }

    private List<Binding> bindings(Predicate<Binding> filter) {
        return accounts.values().stream()
                .flatMap(List::stream)
                .filter(filter)
                .sorted(BOUND_FIRST)
                .toList();
    }

    private @Nullable Binding owned(String account, String resource, String session) {
        Binding binding = binding(account, resource);
        return binding != null && binding.session().equals(session) ? binding : null;
    }

    private @Nullable Attachment connection(String domain, String connection) {
        for (Attachment attachment : attachments(domain)) {
            if (attachment.connection().equals(connection)) {
                return attachment;
            }
        }
        return null;
    }

    private void add(Binding made) {
        List<Binding> all = new ArrayList<>(bindings(made.account()));
        all.removeIf(binding -> binding.resource().equals(made.resource()));
        size.addAndGet(1 + all.size() - bindings(made.account()).size());
        all.add(made);
        all.sort(BOUND_FIRST);
        accounts.put(made.account(), List.copyOf(all));
    }

    private void add(Attachment made) {
        List<Attachment> all = new ArrayList<>(attachments(made.domain()));
        all.add(made);
        all.sort(ATTACHED_LAST);
        components.put(made.domain(), List.copyOf(all));
        connections++;
    }

    private void drop(Binding gone) {
        List<Binding> rest = bindings(gone.account()).stream()
                .filter(binding -> binding.index() != gone.index())
                .toList();
        if (rest.isEmpty()) {
            accounts.remove(gone.account());
        } else {
            accounts.put(gone.account(), rest);
        }
        size.decrementAndGet();
    }

    private void drop(Attachment gone) {
        List<Attachment> rest = attachments(gone.domain()).stream()
                .filter(attachment -> attachment.index() != gone.index())
                .toList();
        if (rest.isEmpty()) {
            components.remove(gone.domain());
        } else {
            components.put(gone.domain(), rest);
        }
        connections--;
    }
}
