package org.trestle.cluster.state;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.trestle.cluster.state.Machine.A;
import static org.trestle.cluster.state.Machine.utf8;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.sim.Gen;
import org.trestle.cluster.sim.Property;
import org.trestle.cluster.state.Reply.Status;

final class CommandCodecTest {
    private static final List<Command> ONE_OF_EACH = List.of(
            new Command.Write(Change.of()
                    .put("users", "alice", utf8("key"), Change.ABSENT)
                    .delete("users", "bob", 300)
                    .put("settings", "ü🙂", new byte[0])
                    .build()),
            new Command.Bind(A, 5, "alice@x", "phone", "s1", new byte[] {1, 2}),
            new Command.Update(A, 1L << 40, "alice@x", "phone", "s1", new byte[0]),
            new Command.Unbind("alice@x", "phone", "s1"),
            new Command.Attach(A, 5, "cb1.x", "c1"),
            new Command.Detach("cb1.x", "c1"),
            new Command.NodeUp(Machine.member(A, 1)),
            new Command.NodeLost(A, 5),
            new Command.NodeGone(A),
            new Command.BindFree(new Command.Bind(A, 5, "alice@x", "phone", "s2", new byte[] {1}), "s1"));

    @Test
    void everyCommandComesBackAsItWas() throws IOException {
        for (Command command : ONE_OF_EACH) {
            byte[] encoded = CommandCodec.encode(command);
            Command decoded = CommandCodec.decode(encoded);
            assertEquals(command.getClass(), decoded.getClass());
            assertArrayEquals(encoded, CommandCodec.encode(decoded));
        }
        Command.Bind bind = (Command.Bind) CommandCodec.decode(CommandCodec.encode(ONE_OF_EACH.get(1)));
        assertEquals(A, bind.node());
        assertEquals(5, bind.epoch());
        assertEquals("alice@x/phone s1", bind.account() + "/" + bind.resource() + " " + bind.session());
        assertArrayEquals(new byte[] {1, 2}, bind.attributes());
    }

    @Test
    void aCommandThatIsCutOrTooLongIsRejected() {
        for (Command command : ONE_OF_EACH) {
            byte[] encoded = CommandCodec.encode(command);
            for (int length = 0; length < encoded.length; length++) {
                assertRejected(Arrays.copyOf(encoded, length));
            }
            assertRejected(Arrays.copyOf(encoded, encoded.length + 1));
        }
        assertRejected(new byte[Limits.COMMAND_BYTES + 1]);
    }

    @Test
    void anUnknownVersionOrKindIsRejectedAndChangesNothing() {
        byte[] encoded = CommandCodec.encode(new Command.NodeGone(A));
        encoded[0] = 2;
        assertRejected(encoded);
        encoded[0] = 1;
        encoded[1] = 99;
        assertRejected(encoded);
    }

    @Test
    void noBytesMakeTheMachineThrow() {
        Property.forAll(1, 20_000, Gen.bytes(40), CommandCodecTest::survives);
        Property.forAll(1, 20_000, CommandCodecTest::damaged, CommandCodecTest::survives);
    }

    private static byte[] damaged(Random random) {
        byte[] encoded = CommandCodec.encode(ONE_OF_EACH.get(random.nextInt(ONE_OF_EACH.size())));
        for (int i = random.nextInt(3); i >= 0; i--) {
            encoded[random.nextInt(encoded.length)] = (byte) random.nextInt(256);
        }
        encoded[0] = 1;
        return encoded;
    }

    private static void survives(byte[] command) {
        ClusterState state = new ClusterState();
        assertEquals(1, Reply.decode(state.apply(1, command)).index());
        assertEquals(1, state.appliedIndex());
    }

    @Test
    void hugeClaimsTakeNoMemory() throws IOException {
        assertRejected(header(1, Limits.CHANGE_OPS + 1L));
        assertRejected(header(1, Limits.CHANGE_OPS));
        assertRejected(header(1, Long.MAX_VALUE));
        assertRejected(new byte[] {1, 1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 0});
    }

    private static byte[] header(int kind, long count) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeByte(CommandCodec.VERSION);
        out.writeByte(kind);
        Wire.number(out, count);
        return bytes.toByteArray();
    }

    @Test
    void whatIsTooBigIsRefusedBeforeItIsSent() {
        refused(Change.of().put("t", "k".repeat(Limits.KEY_BYTES + 1), new byte[0]));
        refused(Change.of().put("t", "ü".repeat(Limits.KEY_BYTES / 2 + 1), new byte[0]));
        refused(Change.of().put("t", "", new byte[0]));
        refused(Change.of().put("t", "\ud800", new byte[0]));
        refused(Change.of().put("t".repeat(Limits.TABLE_BYTES + 1), "k", new byte[0]));
        refused(Change.of().put("t", "k", new byte[Limits.VALUE_BYTES + 1]));
        refused(Change.of().put("t", "k", new byte[0], -2));
        Change.Builder many = Change.of();
        for (int i = 0; i <= Limits.CHANGE_OPS; i++) {
            many.put("t", "k" + i, new byte[0]);
        }
        refused(many);
        refused(Change.of().put("t", "1", new byte[Limits.VALUE_BYTES]).put("t", "2", new byte[Limits.VALUE_BYTES]));
        CommandCodec.encode(new Command.Write(Change.of()
                .put("t", "k".repeat(Limits.KEY_BYTES), new byte[Limits.VALUE_BYTES])
                .build()));
        assertThrows(
                IllegalArgumentException.class,
                () -> CommandCodec.encode(
                        new Command.Bind(A, 1, "a", "r", "s", new byte[Limits.ATTRIBUTES_BYTES + 1])));
        assertThrows(
                IllegalArgumentException.class,
                () -> CommandCodec.encode(new Command.Attach(A, 1, "d", "c".repeat(Limits.SESSION_BYTES + 1))));
    }

    private static void refused(Change.Builder change) {
        assertThrows(IllegalArgumentException.class, () -> CommandCodec.encode(new Command.Write(change.build())));
    }

    private static void assertRejected(byte[] command) {
        ClusterState state = new ClusterState();
        String before = state.digest();
        Reply reply = Reply.decode(state.apply(7, command));
        assertEquals(Status.REJECTED, reply.status());
        assertEquals(7, reply.index());
        assertTrue(reply.detail().startsWith("not a command: "), reply.detail());
        assertEquals(before, state.digest());
    }

    @Test
    void anAnswerThatIsNoneIsARejection() {
        for (Status status : Status.values()) {
            assertEquals(
                    status, Reply.decode(new Reply(status, 1, "x").encode()).status());
        }
        assertEquals(Status.REJECTED, Reply.decode(new byte[0]).status());
        assertEquals(Status.REJECTED, Reply.decode(new byte[] {99, 1}).status());
    }
}
