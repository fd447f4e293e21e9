package org.trestle.auth.cert;

/** Where a certificate may name a Jid. */
public enum NameSource {
    /** The Jid itself, as {@code id-on-xmppAddr} (RFC 6120 section 13.7.1.4). */
    XMPP_ADDR,
    /** An address of electronic mail that is a bare Jid too. */
    EMAIL,
    /** A DNS name: the first label is the local part, what follows is the domain. */
    DNS,
    /** The common name of the subject: a bare Jid, or the local part only. */
    COMMON_NAME
}
