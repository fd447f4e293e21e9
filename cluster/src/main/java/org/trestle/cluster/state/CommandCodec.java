package org.trestle.cluster.state;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutput;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.state.Wire.MalformedException;

/** A command as bytes: version, kind, fields. */
final class CommandCodec {
    static final int VERSION = 1;

    private static final int WRITE = 1;
    private static final int BIND = 2;
    private static final int UPDATE = 3;
    private static final int UNBIND = 4;
    private static final int ATTACH = 5;
    private static final int DETACH = 6;
    private static final int NODE_UP = 7;
    private static final int NODE_LOST = 8;
    private static final int NODE_GONE = 9;
    private static final int BIND_FREE = 10;

    private CommandCodec() {}

    /** Throws {@link IllegalArgumentException} when the command breaks one of the {@link Limits}. */
    static byte[] encode(Command command) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(128);
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            write(command, out);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Limits.bytes("the command", bytes.toByteArray(), Limits.COMMAND_BYTES);
    }

    private static void write(Command command, DataOutput out) throws IOException {
        if (command instanceof Command.Write write) {
            out.writeByte(WRITE);
            change(write.change(), out);
        } else if (command instanceof Command.Bind bind) {
            out.writeByte(BIND);
            bind(bind, out);
        } else if (command instanceof Command.BindFree free) {
            out.writeByte(BIND_FREE);
            bind(free.bind(), out);
            Wire.text(out, Limits.text("the session", free.instead(), Limits.SESSION_BYTES));
        } else if (command instanceof Command.Update update) {
            out.writeByte(UPDATE);
            Wire.node(out, update.node());
            Wire.number(out, update.epoch());
            session(out, update.account(), update.resource(), update.session());
            attributes(out, update.attributes());
        } else if (command instanceof Command.Unbind unbind) {
            out.writeByte(UNBIND);
            session(out, unbind.account(), unbind.resource(), unbind.session());
        } else if (command instanceof Command.Attach attach) {
            out.writeByte(ATTACH);
            Wire.node(out, attach.node());
            Wire.number(out, attach.epoch());
            connection(out, attach.domain(), attach.connection());
        } else if (command instanceof Command.Detach detach) {
            out.writeByte(DETACH);
            connection(out, detach.domain(), detach.connection());
        } else if (command instanceof Command.NodeUp up) {
            out.writeByte(NODE_UP);
            Wire.member(out, up.member());
        } else if (command instanceof Command.NodeLost lost) {
            out.writeByte(NODE_LOST);
            Wire.node(out, lost.node());
            Wire.number(out, lost.epoch());
        } else if (command instanceof Command.NodeGone gone) {
            out.writeByte(NODE_GONE);
            Wire.node(out, gone.node());
        }
    }

    private static void change(Change change, DataOutput out) throws IOException {
        if (change.ops().size() > Limits.CHANGE_OPS) {
            throw new IllegalArgumentException(
                    "a change has " + change.ops().size() + " writes, more than " + Limits.CHANGE_OPS);
        }
        Wire.number(out, change.ops().size());
        for (Change.Op op : change.ops()) {
            Wire.text(out, Limits.text("the table's name", op.table(), Limits.TABLE_BYTES));
            Wire.text(out, Limits.text("the key", op.key(), Limits.KEY_BYTES));
            if (op.expected() < Change.ANY) {
                throw new IllegalArgumentException("no row has the version " + op.expected());
            }
            // One more than the version, so that ANY is 0 and needs no sign.
            Wire.number(out, op.expected() + 1);
            out.writeBoolean(op.delete());
            if (!op.delete()) {
                Wire.bytes(out, Limits.bytes("the value of " + op.key(), op.value(), Limits.VALUE_BYTES));
            }
        }
    }

    private static void bind(Command.Bind bind, DataOutput out) throws IOException {
        Wire.node(out, bind.node());
        Wire.number(out, bind.epoch());
        session(out, bind.account(), bind.resource(), bind.session());
        attributes(out, bind.attributes());
    }

    private static void session(DataOutput out, String account, String resource, String session) throws IOException {
        Wire.text(out, Limits.text("the account", account, Limits.NAME_BYTES));
        Wire.text(out, Limits.text("the resource", resource, Limits.NAME_BYTES));
        Wire.text(out, Limits.text("the session", session, Limits.SESSION_BYTES));
    }

    private static void connection(DataOutput out, String domain, String connection) throws IOException {
        Wire.text(out, Limits.text("the domain", domain, Limits.NAME_BYTES));
        Wire.text(out, Limits.text("the connection", connection, Limits.SESSION_BYTES));
    }

    private static void attributes(DataOutput out, byte[] attributes) throws IOException {
        Wire.bytes(out, Limits.bytes("the attributes", attributes, Limits.ATTRIBUTES_BYTES));
    }

    /** Fails on anything that {@link #encode} does not write, with a message that says what. */
    static Command decode(byte[] command) throws IOException {
        if (command.length > Limits.COMMAND_BYTES) {
            throw new MalformedException("a command of " + command.length + " bytes");
        }
        ByteArrayInputStream bytes = new ByteArrayInputStream(command);
        DataInputStream in = new DataInputStream(bytes);
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new MalformedException("command version " + version + ", this node knows " + VERSION);
        }
        Command decoded;
        try {
            decoded = read(in);
        } catch (IllegalArgumentException notLegal) {
            throw new MalformedException(String.valueOf(notLegal.getMessage()));
        }
        if (bytes.available() > 0) {
            throw new MalformedException(bytes.available() + " bytes too many");
        }
        return decoded;
    }

    private static Command read(DataInput in) throws IOException {
        int kind = in.readUnsignedByte();
        return switch (kind) {
            case WRITE -> new Command.Write(change(in));
            case BIND -> bind(in);
            case BIND_FREE -> new Command.BindFree(bind(in), session(in));
            case UPDATE ->
                new Command.Update(Wire.node(in), epoch(in), name(in), name(in), session(in), attributes(in));
            case UNBIND -> new Command.Unbind(name(in), name(in), session(in));
            case ATTACH -> new Command.Attach(Wire.node(in), epoch(in), name(in), session(in));
            case DETACH -> new Command.Detach(name(in), session(in));
            case NODE_UP -> new Command.NodeUp(Wire.member(in));
            case NODE_LOST -> new Command.NodeLost(Wire.node(in), epoch(in));
            case NODE_GONE -> new Command.NodeGone(Wire.node(in));
            default -> throw new MalformedException("command kind " + kind);
        };
    }

    private static Command.Bind bind(DataInput in) throws IOException {
        return new Command.Bind(Wire.node(in), epoch(in), name(in), name(in), session(in), attributes(in));
    }

    private static Change change(DataInput in) throws IOException {
        int count = Wire.count(in, Limits.CHANGE_OPS);
        List<Change.Op> ops = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String table = Wire.text(in, Limits.TABLE_BYTES);
            String key = Wire.text(in, Limits.KEY_BYTES);
            long expected = epoch(in) - 1;
            boolean delete = in.readBoolean();
            byte[] value = delete ? new byte[0] : Wire.bytes(in, Limits.VALUE_BYTES);
            ops.add(new Change.Op(table, key, value, delete, expected));
        }
        return new Change(ops);
    }

    private static long epoch(DataInput in) throws IOException {
        return Wire.number(in, Long.MAX_VALUE);
    }

    private static String name(DataInput in) throws IOException {
        return Wire.text(in, Limits.NAME_BYTES);
    }

    private static String session(DataInput in) throws IOException {
        return Wire.text(in, Limits.SESSION_BYTES);
    }

    private static byte[] attributes(DataInput in) throws IOException {
        return Wire.bytes(in, Limits.ATTRIBUTES_BYTES);
    }
}
