package org.trestle.xmpp.jid;

import org.jspecify.annotations.Nullable;

/** {@code domain} or {@code domain/resource}: a server, a component, or a part of one. */
public final class DomainJid implements Jid {
    private final String domain;
    private final @Nullable String resource;
    private final String text;

    DomainJid(String domain, @Nullable String resource) {
        this.domain = domain;
        this.resource = resource;
        this.text = resource == null ? domain : domain + '/' + resource;
    }

    /** @throws IllegalArgumentException when the text is a Jid of another kind, or none */
    public static DomainJid of(String text) {
        if (Jid.of(text) instanceof DomainJid domain) {
            return domain;
        }
        throw new IllegalArgumentException("'" + text + "' is not a domain");
    }

    @Override
    public String domain() {
        return domain;
    }

    @Override
    public @Nullable String local() {
        return null;
    }

    @Override
    public @Nullable String resource() {
        return resource;
    }

    @Override
    public DomainJid bare() {
        return resource == null ? this : new DomainJid(domain, null);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof DomainJid that && text.equals(that.text));
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
