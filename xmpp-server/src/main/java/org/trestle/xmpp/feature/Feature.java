package org.trestle.xmpp.feature;

import java.util.List;

/** Something that this server does beside bringing stanzas from one to another: one XEP, or one part of an RFC. */
public interface Feature {

    /** What it is, for people and for the list of what this server implements. */
    FeatureInfo info();

    /** Everything that it implements; more than one document where they cannot be told apart in code. */
    default List<FeatureInfo> implemented() {
        return List.of(info());
    }

    /** Registers its handlers; called once, before the first stanza. */
    void install(FeatureContext context);
}
