package org.trestle.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import org.trestle.cluster.api.NodeAddress;
import org.trestle.cluster.api.NodeId;

/** What a node that wants to join and a member say to each other before the node is a member. */
public final class Hello {

    /** Guests ask to be admitted. */
    public static final String SUBJECT = "join.hello";

    /**
     * Asks to be admitted.
     *
     * @param invitation the id of the invitation, which {@link Proven} proves to hold
     * @param request the certificate request (PKCS #10, PEM) for {@code id}
     */
    public record Request(
            String invitation,
            NodeId id,
            String name,
            NodeAddress cluster,
            NodeAddress client,
            byte[] request,
            boolean force) {

        public byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(invitation);
                out.writeUTF(id.value());
                out.writeUTF(name);
                out.writeUTF(cluster.toString());
                out.writeUTF(client.toString());
                Packer.bytes(out, request);
                out.writeBoolean(force);
            });
        }

        public static Request decode(byte[] bytes) {
            return Packer.unpack(
                    bytes,
                    in -> new Request(
                            in.readUTF(),
                            new NodeId(in.readUTF()),
                            in.readUTF(),
                            NodeAddress.parse(in.readUTF(), 1),
                            NodeAddress.parse(in.readUTF(), 1),
                            Packer.bytes(in),
                            in.readBoolean()));
        }

        @Override
        public String toString() {
            return "Request[invitation=" + invitation + ", id=" + id + ", name=" + name + ", cluster=" + cluster + "]";
        }
    }

    /**
     * A question with the proof that the asker holds the invitation's token.
     *
     * @param proof made of the token, the question and the connection
     * @param question the encoded question
     */
    public record Proven(byte[] proof, byte[] question) {
        public byte[] encode() {
            return Packer.pack(out -> {
                Packer.bytes(out, proof);
                Packer.bytes(out, question);
            });
        }

        public static Proven decode(byte[] bytes) {
            return Packer.unpack(bytes, in -> new Proven(Packer.bytes(in), Packer.bytes(in)));
        }

        @Override
        public String toString() {
            return "Proven[" + question.length + " bytes]";
        }
    }

    /** A member as the joiner is told of it. */
    public record Member(NodeId id, String name, NodeAddress cluster, NodeAddress client) {}

    /** The outcome. */
    public enum Verdict {
        ADMITTED,
        /** Not now: the same question may be answered otherwise in a moment. */
        LATER,
        REFUSED
    }

    /**
     * The answer.
     *
     * @param words why, unless admitted
     * @param certificate the node's certificate (PEM) when admitted
     * @param ca the certificate of the cluster's CA (PEM) when admitted
     * @param members whom to talk to when admitted
     */
    public record Answer(Verdict verdict, String words, byte[] certificate, byte[] ca, List<Member> members) {
        private static final int MAX_MEMBERS = 1000;

        public Answer {
            members = List.copyOf(members);
        }

        /** A refusal in words. */
        public static Answer no(Verdict verdict, String words) {
            return new Answer(verdict, words, new byte[0], new byte[0], List.of());
        }

        public byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(verdict.name());
                Packer.bytes(out, words.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                Packer.bytes(out, certificate);
                Packer.bytes(out, ca);
                out.writeInt(members.size());
                for (Member member : members) {
                    out.writeUTF(member.id().value());
                    out.writeUTF(member.name());
                    out.writeUTF(member.cluster().toString());
                    out.writeUTF(member.client().toString());
                }
            });
        }

        public static Answer decode(byte[] bytes) {
            return Packer.unpack(bytes, in -> {
                Verdict verdict = Verdict.valueOf(in.readUTF());
                String words = new String(Packer.bytes(in), java.nio.charset.StandardCharsets.UTF_8);
                byte[] certificate = Packer.bytes(in);
                byte[] ca = Packer.bytes(in);
                int count = in.readInt();
                if (count < 0 || count > MAX_MEMBERS) {
                    throw new IllegalArgumentException(count + " members");
                }
                List<Member> members = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    members.add(new Member(
                            new NodeId(in.readUTF()),
                            in.readUTF(),
                            NodeAddress.parse(in.readUTF(), 1),
                            NodeAddress.parse(in.readUTF(), 1)));
                }
                return new Answer(verdict, words, certificate, ca, members);
            });
        }
    }

    private Hello() {}
}
