package org.trestle.xmpp.feature;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.form.DataForm;

/**
 * What the server and its accounts say of themselves, put together by the features (XEP-0030). Written while features are
 * installed, read-only afterwards.
 */
public final class Discovery {
    private final Map<Scope, Set<String>> namespaces = new EnumMap<>(Scope.class);
    private final List<Description.Identity> identities = new ArrayList<>();
    private final List<Supplier<@Nullable DataForm>> forms = new ArrayList<>();
    private final List<DescribedNode> nodes = new ArrayList<>();
    private final List<Supplier<List<Description.Item>>> items = new ArrayList<>();

    Discovery() {
        for (Scope scope : Scope.values()) {
            namespaces.put(scope, new TreeSet<>());
        }
    }

    /** Announces a namespace. */
    public void feature(String namespace, Scope scope) {
        features(scope).add(namespace);
    }

    /** What was announced, in order. */
    public Set<String> features(Scope scope) {
        Set<String> announced = namespaces.get(scope);
        if (announced == null) {
            throw new IllegalStateException("no scope " + scope);
        }
        return announced;
    }

    /** Adds something that the server is. */
    public void identity(Description.Identity identity) {
        identities.add(identity);
    }

    /** Adds a form to the description of the server (XEP-0128); asked each time, null when there is nothing to say. */
    public void form(Supplier<@Nullable DataForm> form) {
        forms.add(form);
    }

    /** Adds nodes to the server. */
    public void nodes(DescribedNode described) {
        nodes.add(described);
    }

    /** Adds items to the server, asked each time. */
    public void items(Supplier<List<Description.Item>> belonging) {
        items.add(belonging);
    }

    /** What the server is now; complete once all features are installed. */
    public Description server() {
        List<DataForm> now = new ArrayList<>();
        for (Supplier<@Nullable DataForm> form : forms) {
            DataForm content = form.get();
            if (content != null) {
                now.add(content);
            }
        }
        return new Description(identities, features(Scope.SERVER), now);
    }

    /** What belongs to the server now. */
    public List<Description.Item> serverItems() {
        return items.stream().flatMap(each -> each.get().stream()).toList();
    }

    /** The first answer that a node gives; null when none of them is meant. */
    public <T> @Nullable T ask(Function<DescribedNode, @Nullable T> question) {
        for (DescribedNode node : nodes) {
            T answer = question.apply(node);
            if (answer != null) {
                return answer;
            }
        }
        return null;
    }
}
