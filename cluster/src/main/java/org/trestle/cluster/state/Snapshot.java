package org.trestle.cluster.state;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.trestle.cluster.api.Attachment;
import org.trestle.cluster.api.Binding;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.state.Wire.MalformedException;

/** All that the machine holds, as bytes: equal states give equal bytes, whatever way they came about. */
record Snapshot(Map<String, SortedRows> tables, SessionView.Content sessions, List<NodeView.Life> nodes) {
    static final int VERSION = 1;
    static final Snapshot EMPTY = new Snapshot(Map.of(), SessionView.Content.NONE, List.of());

    void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        Wire.number(out, tables.size());
        for (Map.Entry<String, SortedRows> table : new TreeMap<>(tables).entrySet()) {
            Wire.text(out, table.getKey());
            Wire.number(out, table.getValue().size());
            for (Row row : table.getValue().list()) {
                Wire.text(out, row.key());
                Wire.bytes(out, row.value());
                Wire.number(out, row.version());
            }
        }
        Wire.number(out, sessions.bindings().size());
        for (Binding binding : sessions.bindings()) {
            Wire.text(out, binding.account());
            Wire.text(out, binding.resource());
            Wire.node(out, binding.node());
            Wire.text(out, binding.session());
            Wire.bytes(out, binding.attributes());
            Wire.number(out, binding.index());
        }
        Wire.number(out, sessions.attachments().size());
        for (Attachment attachment : sessions.attachments()) {
            Wire.text(out, attachment.domain());
            Wire.node(out, attachment.node());
            Wire.text(out, attachment.connection());
            Wire.number(out, attachment.index());
        }
        Wire.number(out, nodes.size());
        for (NodeView.Life life : nodes) {
            Wire.node(out, life.node());
            Wire.number(out, life.epoch());
            Wire.number(out, life.lostAt());
            MemberRecord member = life.member();
            out.writeBoolean(member != null);
            if (member != null) {
                Wire.member(out, member);
            }
        }
    }

    static Snapshot read(DataInput in) throws IOException {
        int version = in.readUnsignedByte();
        if (version != VERSION) {
            throw new MalformedException("snapshot version " + version + ", this node knows " + VERSION
                    + ": run the version of Trestle that wrote it, or a newer one");
        }
        try {
            return new Snapshot(tables(in), new SessionView.Content(bindings(in), attachments(in)), nodes(in));
        } catch (IllegalArgumentException notLegal) {
            throw new MalformedException("snapshot: " + notLegal.getMessage());
        }
    }

    private static Map<String, SortedRows> tables(DataInput in) throws IOException {
        Map<String, SortedRows> tables = new HashMap<>();
        int count = Wire.count(in, Limits.TABLES);
        for (int i = 0; i < count; i++) {
            String name = Wire.text(in, Limits.TABLE_BYTES);
            SortedRows rows = SortedRows.EMPTY;
            int size = Wire.count(in, Limits.ROWS);
            for (int row = 0; row < size; row++) {
                rows = rows.with(
                        new Row(name, Wire.text(in, Limits.KEY_BYTES), Wire.bytes(in, Limits.VALUE_BYTES), index(in)));
            }
            tables.put(name, rows);
        }
        return tables;
    }

    private static List<Binding> bindings(DataInput in) throws IOException {
        List<Binding> bindings = new ArrayList<>();
        int count = Wire.count(in, Limits.BINDINGS);
        for (int i = 0; i < count; i++) {
            bindings.add(new Binding(
                    Wire.text(in, Limits.NAME_BYTES),
                    Wire.text(in, Limits.NAME_BYTES),
                    Wire.node(in),
                    Wire.text(in, Limits.SESSION_BYTES),
                    Wire.bytes(in, Limits.ATTRIBUTES_BYTES),
                    index(in)));
        }
        return List.copyOf(bindings);
    }

    private static List<Attachment> attachments(DataInput in) throws IOException {
        List<Attachment> attachments = new ArrayList<>();
        int count = Wire.count(in, Limits.ATTACHMENTS);
        for (int i = 0; i < count; i++) {
            attachments.add(new Attachment(
                    Wire.text(in, Limits.NAME_BYTES), Wire.node(in), Wire.text(in, Limits.SESSION_BYTES), index(in)));
        }
        return List.copyOf(attachments);
    }

    private static List<NodeView.Life> nodes(DataInput in) throws IOException {
        List<NodeView.Life> nodes = new ArrayList<>();
        int count = Wire.count(in, Limits.MEMBERS + Limits.REMOVED);
        for (int i = 0; i < count; i++) {
            nodes.add(
                    new NodeView.Life(Wire.node(in), index(in), index(in), in.readBoolean() ? Wire.member(in) : null));
        }
        return List.copyOf(nodes);
    }

    private static long index(DataInput in) throws IOException {
        return Wire.number(in, Long.MAX_VALUE);
    }
}
