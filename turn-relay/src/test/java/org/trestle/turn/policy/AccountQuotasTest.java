package org.trestle.turn.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.trestle.turn.relay.Refusal;
import org.trestle.turn.stun.TransportAddress;

final class AccountQuotasTest {
    private static final TransportAddress CLIENT = new TransportAddress(0, TransportAddress.ipv4(0x0a000001), 1);
    private static final TransportAddress OTHER = new TransportAddress(0, TransportAddress.ipv4(0x0a000002), 1);

    private final AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(3, 2, 1000, 0));

    @Test
    void oneMoreThanAllowedIsRefusedAndTakesNothing() {
        assertNull(quotas.take("alice", CLIENT));
        assertNull(quotas.take("alice", CLIENT));
        assertEquals(Refusal.USER_QUOTA, quotas.take("alice", CLIENT));
        assertNull(quotas.take("bob", CLIENT));
        assertEquals(Refusal.TOTAL_QUOTA, quotas.take("carol", CLIENT));
        assertEquals(Map.of("alice", 2, "bob", 1), quotas.byAccount());
        quotas.giveBack("alice", CLIENT);
        assertNull(quotas.take("carol", CLIENT));
        assertEquals(3, quotas.total());
    }

    /** Whoever holds many accounts, or one shared key, has them all behind one address. */
    @Test
    void oneMoreThanAllowedOfAnAddressIsRefusedAndTakesNothing() {
        AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(10, 2, 2, 0, 0));
        assertNull(quotas.take("alice", CLIENT));
        assertNull(quotas.take("bob", CLIENT.withPort(2)));
        assertEquals(Refusal.ADDRESS_QUOTA, quotas.take("carol", CLIENT.withPort(3)));
        assertNull(quotas.take("carol", OTHER));
        assertEquals(3, quotas.total());
        assertEquals(Map.of("alice", 1, "bob", 1, "carol", 1), quotas.byAccount());
        quotas.giveBack("bob", CLIENT.withPort(2));
        assertNull(quotas.take("carol", CLIENT));
        quotas.giveBack("alice", CLIENT);
        quotas.giveBack("carol", CLIENT);
        quotas.giveBack("carol", OTHER);
        assertEquals(0, quotas.addresses());
    }

    @Test
    void nothingIsLeftAfterManyCycles() {
        for (int i = 0; i < 10_000; i++) {
            assertNull(quotas.take("user" + i, CLIENT));
            quotas.giveBack("user" + i, CLIENT);
        }
        assertEquals(0, quotas.total());
        assertEquals(Map.of(), quotas.byAccount());
        quotas.giveBack("nobody", CLIENT);
        assertEquals(0, quotas.total());
    }

    @Test
    void theAllocationsOfAnAccountShareItsBandwidth() {
        assertNull(quotas.take("alice", CLIENT));
        var bucket = quotas.bandwidth("alice");
        assertNotNull(bucket);
        assertNull(quotas.take("alice", CLIENT));
        assertSame(bucket, quotas.bandwidth("alice"));
        assertNull(quotas.bandwidth("bob"));
        assertNull(quotas.totalBandwidth());
    }
}
