package org.trestle.xmpp.feature;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.trestle.xmpp.form.DataForm;

/**
 * What an entity, or a node of one, says of itself (XEP-0030 3.1, XEP-0128).
 *
 * @param features namespaces, in order
 * @param forms more than features can say, each of another meaning
 */
public record Description(List<Identity> identities, Set<String> features, List<DataForm> forms) {

    /**
     * What kind of thing it is; the registry of XEP-0030 has the words.
     *
     * @param name words for people, or null
     */
    public record Identity(
            String category, String type, @Nullable String name) {}

    /** Something that belongs to an entity and can be asked in its turn (XEP-0030 4.1). */
    public record Item(
            String jid, @Nullable String node, @Nullable String name) {}

    public Description {
        identities = List.copyOf(identities);
        features = new TreeSet<>(features);
        forms = List.copyOf(forms);
    }

    /** A description without forms. */
    public Description(Identity identity, Collection<String> features) {
        this(List.of(identity), new TreeSet<>(features), List.of());
    }
}
