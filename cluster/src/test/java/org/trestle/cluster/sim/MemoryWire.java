package org.trestle.cluster.sim;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.log.LogStatus.Member;
import org.trestle.cluster.sim.MemoryDisk.Entry;
import org.trestle.cluster.sim.MemoryDisk.Kind;
import org.trestle.cluster.sim.MemoryDisk.Request;

/** Messages of the engine in memory as bytes. Trusts what it reads: tests only. */
final class MemoryWire {

    /** Writes into a stream that cannot fail. */
    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** Reads from a stream that cannot fail. */
    interface Reading<T> {
        T from(DataInputStream in) throws IOException;
    }

    private MemoryWire() {}

    static byte[] write(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return bytes.toByteArray();
    }

    static <T> T read(byte[] bytes, Reading<T> reading) {
        try {
            return reading.from(new DataInputStream(new ByteArrayInputStream(bytes)));
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }

    static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    static byte[] bytes(DataInputStream in) throws IOException {
        return in.readNBytes(in.readInt());
    }

    static void node(DataOutputStream out, NodeId node) throws IOException {
        out.writeLong(Long.parseUnsignedLong(node.value(), 16));
    }

    static NodeId node(DataInputStream in) throws IOException {
        return new NodeId(HexFormat.of().toHexDigits(in.readLong()));
    }

    static void members(DataOutputStream out, List<Member> members) throws IOException {
        out.writeInt(members.size());
        for (Member member : members) {
            node(out, member.id());
            out.writeBoolean(member.voting());
        }
    }

    static List<Member> members(DataInputStream in) throws IOException {
        List<Member> members = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            members.add(new Member(node(in), in.readBoolean()));
        }
        return List.copyOf(members);
    }

    static void request(DataOutputStream out, Request request) throws IOException {
        node(out, request.origin());
        out.writeLong(request.process());
        out.writeLong(request.number());
    }

    static Request request(DataInputStream in) throws IOException {
        return new Request(node(in), in.readLong(), in.readLong());
    }

    static void entries(DataOutputStream out, List<Entry> entries) throws IOException {
        out.writeInt(entries.size());
        for (Entry entry : entries) {
            out.writeLong(entry.index());
            out.writeLong(entry.term());
            out.writeByte(entry.kind().code);
            request(out, entry.request());
            bytes(out, entry.command());
            members(out, entry.members());
        }
    }

    static List<Entry> entries(DataInputStream in) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (int i = in.readInt(); i > 0; i--) {
            entries.add(new Entry(
                    in.readLong(), in.readLong(), Kind.of(in.readByte()), request(in), bytes(in), members(in)));
        }
        return entries;
    }
}
