package org.trestle.xmpp.feature.stanzaid;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Ids of 96 random bits, in base64 for URLs. Random bytes are fetched for many at once, by each thread for itself. */
final class UnguessableIds {
    /** Characters of an id. */
    static final int LENGTH = 16;

    private static final int BYTES = LENGTH * 6 / 8;
    private static final int AT_ONCE = 256 * BYTES;
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".getBytes(StandardCharsets.US_ASCII);

    private static final class Stock {
        final byte[] bytes = new byte[AT_ONCE];
        int used = AT_ONCE;
    }

    private final SecureRandom random = new SecureRandom();
    private final ThreadLocal<Stock> stocks = ThreadLocal.withInitial(Stock::new);

    void write(byte[] out, int at) {
        Stock stock = stocks.get();
        if (stock.used == AT_ONCE) {
            random.nextBytes(stock.bytes);
            stock.used = 0;
        }
        int to = at;
        for (int from = stock.used; from < stock.used + BYTES; from += 3) {
            int bits = (stock.bytes[from] & 0xff) << 16
                    | (stock.bytes[from + 1] & 0xff) << 8
                    | (stock.bytes[from + 2] & 0xff);
            for (int shift = 18; shift >= 0; shift -= 6) {
                out[to++] = DIGITS[bits >> shift & 63];
            }
        }
        stock.used += BYTES;
    }
}
