package org.trestle.turn.policy;

import org.trestle.turn.stun.TransportAddress;

/** The IPv4 address that some forms of IPv6 carry: what a translator on the way would send to. */
final class EmbeddedIpv4 {
    /** There is none. The number is not the low half of any IPv4 address. */
    static final long NONE = 0;

    private static final long TRANSLATED = 0x0064_ff9bL << 32;
    private static final long TRANSLATED_LOCALLY = 0x0064_ff9b_0001L;
    /** RFC 2765 2.1: ::ffff:0:a.b.c.d. */
    private static final long TRANSLATED_BY_SIIT = 0xffff_0000L;

    private static final long SIX_TO_FOUR = 0x2002;
    private static final long TEREDO = 0x2001_0000;

    /** RFC 5214 section 6.1, with either value of the bit for "universal". */
    private static final long ISATAP = 0x0000_5efe;

    private EmbeddedIpv4() {}

    /** The low half of the carried address's own form, or {@link #NONE}. */
    static long of(long high, long low) {
        if (TransportAddress.isIpv4(high, low)) {
            return NONE;
        }
        boolean compatible = high == 0 && low >>> 32 == 0 && low > 1;
        boolean translated = high == TRANSLATED && low >>> 32 == 0;
        boolean siit = high == 0 && low >>> 32 == TRANSLATED_BY_SIIT;
        boolean isatap = ((low >>> 32) & 0xfdff_ffffL) == ISATAP;
        if (compatible || translated || siit || isatap || high >>> 16 == TRANSLATED_LOCALLY) {
            return TransportAddress.ipv4((int) low);
        }
        if (high >>> 48 == SIX_TO_FOUR) {
            return TransportAddress.ipv4((int) (high >>> 16));
        }
        return high >>> 32 == TEREDO ? TransportAddress.ipv4((int) ~low) : NONE;
    }
}
