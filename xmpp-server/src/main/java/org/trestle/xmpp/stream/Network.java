package org.trestle.xmpp.stream;

import io.netty.util.NetUtil;
import java.net.InetAddress;

/**
 * A network in CIDR form (RFC 4632, RFC 4291 2.3), such as {@code 10.1.0.0/16} or {@code fd00::/8}.
 *
 * @param prefix how many leading bits count
 */
public record Network(String address, int prefix) {

    public Network {
        byte[] bytes = NetUtil.createByteArrayFromIpAddressString(address);
        if (bytes == null) {
            throw new IllegalArgumentException("'" + address + "' is not an IPv4 or IPv6 address");
        }
        if (prefix < 0 || prefix > bytes.length * 8) {
            throw new IllegalArgumentException(
                    "the prefix of " + address + " must be 0 to " + bytes.length * 8 + ", not " + prefix);
        }
    }

    /** @throws IllegalArgumentException with words for the operator when the text is not of the form address/bits */
    public static Network of(String text) {
        int slash = text.indexOf('/');
        String bits = slash < 0 ? "" : text.substring(slash + 1);
        if (bits.isEmpty() || bits.length() > 3 || !bits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException("'" + text + "' is not a network; write it as 10.1.0.0/16 or fd00::/8");
        }
        return new Network(text.substring(0, slash), Integer.parseInt(bits));
    }

    public boolean contains(InetAddress peer) {
        byte[] network = NetUtil.createByteArrayFromIpAddressString(address);
        byte[] bytes = peer.getAddress();
        if (network == null || network.length != bytes.length) {
            return false;
        }
        int whole = prefix / 8;
        for (int i = 0; i < whole; i++) {
            if (network[i] != bytes[i]) {
                return false;
            }
        }
        int rest = prefix % 8;
        return rest == 0 || ((network[whole] ^ bytes[whole]) & (0xff << (8 - rest)) & 0xff) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + prefix;
    }
}
