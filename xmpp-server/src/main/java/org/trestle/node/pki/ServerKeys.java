package org.trestle.node.pki;

import java.net.IDN;
import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jspecify.annotations.Nullable;

/**
 * The identities that TLS chooses from: by the server name that the client asks for (RFC 6066 3), else by the domain that its
 * stream header named before (the peer of the engine), else the node's own. They are replaced while the node runs; handshakes that have begun end with what they began with.
 */
public final class ServerKeys extends X509ExtendedKeyManager {
    private static final String OWN = "";
    private static final String SEPARATOR = "#";

    private volatile Generation present;
    private volatile Generation former;

    /** The identities of one moment, the node's own under the empty name. */
    private record Generation(int number, Map<String, ServerIdentity> identities) {}

    public ServerKeys(ServerIdentity own) {
        present = new Generation(0, Map.of(OWN, own));
        former = present;
    }

    /** Replaces all identities. */
    public void replace(ServerIdentity own, Map<String, ServerIdentity> byDomain) {
        Map<String, ServerIdentity> all = new HashMap<>();
        byDomain.forEach((domain, identity) -> all.put(ascii(domain), identity));
        all.put(OWN, own);
        former = present;
        present = new Generation(former.number() + 1, Map.copyOf(all));
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, @Nullable SSLEngine engine) {
        Generation now = present;
        String asked = engine == null ? OWN : serverName(engine);
        String name = now.identities().containsKey(asked) ? asked : OWN;
        ServerIdentity identity = now.identities().get(name);
        boolean fits = identity != null && keyType.startsWith(identity.key().getAlgorithm());
        return fits ? now.number() + SEPARATOR + name : null;
    }

    /** Whether there is an identity for this host. */
    public boolean covers(String host) {
        Map<String, ServerIdentity> all = present.identities();
        ServerIdentity own = all.get(OWN);
        return all.containsKey(ascii(host)) || (own != null && own.covers(host));
    }

    private static String serverName(SSLEngine engine) {
        SSLSession session = engine.getHandshakeSession();
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName name : extended.getRequestedServerNames()) {
                if (name instanceof SNIHostName host) {
                    return host.getAsciiName().toLowerCase(Locale.ROOT);
                }
            }
        }
        String named = engine.getPeerHost();
        return named == null ? OWN : ascii(named);
    }

    /** As a domain stands in a handshake. */
    private static String ascii(String domain) {
        try {
            return IDN.toASCII(domain, IDN.ALLOW_UNASSIGNED).toLowerCase(Locale.ROOT);
        } catch (IllegalArgumentException notInDns) {
            return domain;
        }
    }

    private @Nullable ServerIdentity identity(@Nullable String alias) {
        if (alias == null) {
            return null;
        }
        int separator = alias.indexOf(SEPARATOR);
        String number = alias.substring(0, separator);
        for (Generation generation : List.of(present, former)) {
            if (number.equals(Integer.toString(generation.number()))) {
                return generation.identities().get(alias.substring(separator + 1));
            }
        }
        return null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(@Nullable String alias) {
        ServerIdentity identity = identity(alias);
        return identity == null ? null : identity.chain().toArray(X509Certificate[]::new);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(@Nullable String alias) {
        ServerIdentity identity = identity(alias);
        return identity == null ? null : identity.key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return chooseEngineServerAlias(keyType, issuers, null);
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        String alias = chooseEngineServerAlias(keyType, issuers, null);
        return alias == null ? new String[0] : new String[] {alias};
    }

    @Override
    public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return new String[0];
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyType, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }
}
