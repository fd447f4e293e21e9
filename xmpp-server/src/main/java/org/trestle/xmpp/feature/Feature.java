package org.trestle.xmpp.feature;

/** Something that this server does beside bringing stanzas from one to another: one XEP, or one part of an RFC. */
public interface Feature {

    /** What it is, for people and for the list of what this server implements. */
    FeatureInfo info();

    /** Registers its handlers; called once, before the first stanza. */
    void install(FeatureContext context);
}
