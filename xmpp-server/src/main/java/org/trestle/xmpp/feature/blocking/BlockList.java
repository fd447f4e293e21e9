package org.trestle.xmpp.feature.blocking;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.xmpp.jid.DomainJid;
import org.trestle.xmpp.jid.Jid;

/**
 * Whom an account blocks, as one row of the replicated table: a Jid a line.
 *
 * @param jids in the order in which they were blocked
 * @param hasDomains whether one of them is a domain, so that most questions need not ask for domains
 * @param version of the row; {@link Change#ABSENT} when there is none
 */
record BlockList(Set<Jid> jids, boolean hasDomains, long version) {
    /** Addresses that one account may block. */
    static final int MOST = 1_000;

    /** The most bytes of a list: addresses can be long. */
    static final int MOST_BYTES = 128 * 1024;

    static final BlockList EMPTY = new BlockList(Set.of(), false, Change.ABSENT);

    static BlockList of(Set<Jid> jids, long version) {
        return new BlockList(jids, jids.stream().anyMatch(DomainJid.class::isInstance), version);
    }

    static BlockList of(@Nullable Row row) {
        if (row == null) {
            return EMPTY;
        }
        Set<Jid> jids = new LinkedHashSet<>();
        for (String line : new String(row.value(), StandardCharsets.UTF_8).split("\n")) {
            Jid jid = Jid.parse(line);
            if (jid != null) {
                jids.add(jid);
            }
        }
        return of(jids, row.version());
    }

    byte[] encode() {
        return jids.stream()
                .map(Jid::toString)
                .collect(Collectors.joining("\n"))
                .getBytes(StandardCharsets.UTF_8);
    }

    boolean isEmpty() {
        return jids.isEmpty();
    }

    boolean fits() {
        return jids.size() <= MOST && encode().length <= MOST_BYTES;
    }

    BlockList with(Set<Jid> more) {
        Set<Jid> all = new LinkedHashSet<>(jids);
        all.addAll(more);
        return of(all, version);
    }

    /** Without these; without any when there are none. */
    BlockList without(Set<Jid> less) {
        if (less.isEmpty()) {
            return of(Set.of(), version);
        }
        return of(minus(less), version);
    }

    Set<Jid> minus(Set<Jid> less) {
        Set<Jid> rest = new LinkedHashSet<>(jids);
        rest.removeAll(less);
        return rest;
    }

    /** XEP-0191 5: the address itself, its account, or its domain. */
    boolean blocks(Jid jid) {
        return jids.contains(jid)
                || (jid.resource() != null && jids.contains(jid.bare()))
                || (hasDomains && blocksDomain(jid));
    }

    private boolean blocksDomain(Jid jid) {
        Jid domain = jid instanceof DomainJid itself ? itself.bare() : Jid.parse(jid.domain());
        return domain != null && jids.contains(domain);
    }
}
