package org.trestle.xmpp.jid;

import org.jspecify.annotations.Nullable;

/** {@code local@domain}: an account, a room, or whatever else a domain calls by name. */
public final class BareJid implements Jid {
    private final String local;
    private final String domain;
    private final String text;

    BareJid(String local, String domain) {
        this.local = local;
        this.domain = domain;
        this.text = local + '@' + domain;
    }

    /** @throws IllegalArgumentException when the text is a Jid of another kind, or none */
    public static BareJid of(String text) {
        if (Jid.of(text) instanceof BareJid bare) {
            return bare;
        }
        throw new IllegalArgumentException("'" + text + "' is not of the form local@domain");
    }

    /** Joins two parts, each put into canonical form first; throws IllegalArgumentException when one is not legal. */
    public static BareJid of(String local, String domain) {
        return new BareJid(JidParser.local(local), JidParser.domain(domain));
    }

    /** This account with a resource, put into canonical form; throws IllegalArgumentException when it is not legal. */
    public FullJid withResource(String resource) {
        return new FullJid(this, JidParser.resource(resource));
    }

    @Override
    public String local() {
        return local;
    }

    @Override
    public String domain() {
        return domain;
    }

    @Override
    public @Nullable String resource() {
        return null;
    }

    @Override
    public BareJid bare() {
        return this;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof BareJid that && text.equals(that.text));
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
