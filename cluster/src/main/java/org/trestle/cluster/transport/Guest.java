package org.trestle.cluster.transport;

import java.net.InetSocketAddress;
import java.security.cert.X509Certificate;
import org.jspecify.annotations.Nullable;

/**
 * Somebody who is no member, and asks one question.
 *
 * @param address where it connects from
 * @param certificate what it showed and the trust bundle holds; null when it came to prove an invitation
 * @param binding SHA-256 of the certificate that this node showed: what the proof of an invitation is bound to
 */
public record Guest(InetSocketAddress address, @Nullable X509Certificate certificate, byte[] binding) {
    @Override
    public String toString() {
        return "Guest[" + address + "]";
    }
}
