package org.trestle.turn.stun;

import io.netty.buffer.ByteBufUtil;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** The codec with damaged messages, the same ones in each run. */
final class MutationTest {
    private static final byte[] SAMPLE = ByteBufUtil.decodeHexDump("000100902112a44278ad3433c6ad72c029da412e"
            + "001e00204a3cf38fef6992bda952c6780417da0f24819415569e60b205c46e41407f1704"
            + "001500296f624d61744a6f733241414143662f2f3439396b39353464364f4c33346f4c39465354767936347341000000"
            + "0014000b6578616d706c652e6f726700001d000400020000"
            + "001c0020b5c7bf005b6c52a21c51c5e892f81924136296cb927c43149309278cc6518e65");

    @Test
    void damagedMessagesAreReadOrRefused() {
        for (long seed = 0; seed < 30_000; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            byte[] bytes = SAMPLE.clone();
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            AnyBytes.read(bytes);
        }
    }

    @Test
    void messagesThatEndEarlyAreReadOrRefused() {
        for (int length = 0; length < SAMPLE.length; length++) {
            byte[] bytes = java.util.Arrays.copyOf(SAMPLE, length);
            AnyBytes.read(bytes);
            if (length >= 20) {
                bytes[2] = (byte) (length - 20 >> 8);
                bytes[3] = (byte) (length - 20);
                AnyBytes.read(bytes);
            }
        }
    }
}
