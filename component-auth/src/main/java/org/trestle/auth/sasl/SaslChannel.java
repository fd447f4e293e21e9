package org.trestle.auth.sasl;

import java.net.InetAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.trestle.auth.scram.ChannelBindings;

/**
 * What an exchange may know of the channel it runs on.
 *
 * @param secured whether TLS protects the channel
 * @param plainAllowed whether PLAIN is allowed without TLS (loopback, when so configured)
 * @param bindings what ties a login to this channel; {@link ChannelBindings#NONE} without TLS
 * @param certificates the peer's certificate, then those it sent along; TLS has proved that it has the key of the first,
 *     and nothing more; empty when it sent none
 * @param peer where the peer is, null when it is on no network
 */
public record SaslChannel(
        boolean secured,
        boolean plainAllowed,
        ChannelBindings bindings,
        List<X509Certificate> certificates,
        @Nullable InetAddress peer) {

    public SaslChannel {
        certificates = List.copyOf(certificates);
    }
}
