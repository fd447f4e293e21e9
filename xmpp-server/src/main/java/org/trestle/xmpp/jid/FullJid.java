package org.trestle.xmpp.jid;

import org.jspecify.annotations.Nullable;

/** {@code local@domain/resource}: one connected session of an account, or an occupant of a room. */
public final class FullJid implements Jid {
    private final BareJid bareJid;
    private final String resource;
    private final String text;

    FullJid(BareJid bareJid, String resource) {
        this.bareJid = bareJid;
        this.resource = resource;
        this.text = bareJid.toString() + '/' + resource;
    }

    /** @throws IllegalArgumentException when the text is a Jid of another kind, or none */
    public static FullJid of(String text) {
        if (Jid.of(text) instanceof FullJid full) {
            return full;
        }
        throw new IllegalArgumentException("'" + text + "' is not of the form local@domain/resource");
    }

    public BareJid bareJid() {
        return bareJid;
    }

    @Override
    public BareJid bare() {
        return bareJid;
    }

    @Override
    public String local() {
        return bareJid.local();
    }

    @Override
    public String domain() {
        return bareJid.domain();
    }

    @Override
    public String resource() {
        return resource;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof FullJid that && text.equals(that.text));
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
