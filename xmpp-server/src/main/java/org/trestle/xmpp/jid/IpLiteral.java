package org.trestle.xmpp.jid;

import io.netty.util.NetUtil;

/** The address literals that a domain part may be (RFC 7622 3.2, RFC 3986 3.2.2); IPv4 reads as any other host name. */
final class IpLiteral {
    private IpLiteral() {}

    /** An IPv6 address in brackets, in the canonical text of RFC 5952. */
    static String bracketed(String domain) {
        int last = domain.length() - 1;
        if (domain.charAt(last) != ']' || domain.indexOf('%') >= 0) {
            throw JidParser.illegal("domain", "it is not an IPv6 address in brackets");
        }
        String inner = domain.substring(1, last);
        byte[] address = inner.indexOf(':') < 0 ? null : NetUtil.createByteArrayFromIpAddressString(inner);
        if (address == null || address.length != 16) {
            throw JidParser.illegal("domain", "it is not an IPv6 address in brackets");
        }
        return '[' + NetUtil.bytesToIpAddress(address) + ']';
    }
}
