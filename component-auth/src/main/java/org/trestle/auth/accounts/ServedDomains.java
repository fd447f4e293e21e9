package org.trestle.auth.accounts;

import java.util.Collection;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The domains whose accounts may be added; asked each time. */
public final class ServedDomains {
    /** Every domain is fine. */
    public static final ServedDomains ANY = new ServedDomains(null);

    private final @Nullable Supplier<? extends Collection<String>> domains;

    private ServedDomains(@Nullable Supplier<? extends Collection<String>> domains) {
        this.domains = domains;
    }

    /** Those domains only. */
    public static ServedDomains only(Supplier<? extends Collection<String>> domains) {
        return new ServedDomains(domains);
    }

    /** This bare Jid; throws {@link IllegalArgumentException}, in words for the operator, when nobody could log in as it. */
    String checked(String jid) {
        if (domains == null) {
            return jid;
        }
        String domain = jid.substring(jid.indexOf('@') + 1);
        TreeSet<String> served = new TreeSet<>(domains.get());
        if (served.isEmpty()) {
            throw new IllegalArgumentException("this server has no domain yet; to set it, type: xmpp domain " + domain);
        }
        if (!served.contains(domain)) {
            throw new IllegalArgumentException("this server does not serve the domain " + domain + " but "
                    + String.join(", ", served) + "; to serve it too, type: xmpp multi_domain add " + domain);
        }
        return jid;
    }
}
