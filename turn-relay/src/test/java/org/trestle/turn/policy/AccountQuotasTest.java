package org.trestle.turn.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.trestle.turn.relay.Refusal;

final class AccountQuotasTest {
    private final AccountQuotas quotas = new AccountQuotas(new AccountQuotas.Limits(3, 2, 1000, 0));

    @Test
    void oneMoreThanAllowedIsRefusedAndTakesNothing() {
        assertNull(quotas.take("alice"));
        assertNull(quotas.take("alice"));
        assertEquals(Refusal.USER_QUOTA, quotas.take("alice"));
        assertNull(quotas.take("bob"));
        assertEquals(Refusal.TOTAL_QUOTA, quotas.take("carol"));
        assertEquals(Map.of("alice", 2, "bob", 1), quotas.byAccount());
        quotas.giveBack("alice");
        assertNull(quotas.take("carol"));
        assertEquals(3, quotas.total());
    }

    @Test
    void nothingIsLeftAfterManyCycles() {
        for (int i = 0; i < 10_000; i++) {
            assertNull(quotas.take("user" + i));
            quotas.giveBack("user" + i);
        }
        assertEquals(0, quotas.total());
        assertEquals(Map.of(), quotas.byAccount());
        quotas.giveBack("nobody");
        assertEquals(0, quotas.total());
    }

    @Test
    void theAllocationsOfAnAccountShareItsBandwidth() {
        assertNull(quotas.take("alice"));
        var bucket = quotas.bandwidth("alice");
        assertNotNull(bucket);
        assertNull(quotas.take("alice"));
        assertSame(bucket, quotas.bandwidth("alice"));
        assertNull(quotas.bandwidth("bob"));
        assertNull(quotas.totalBandwidth());
    }
}
