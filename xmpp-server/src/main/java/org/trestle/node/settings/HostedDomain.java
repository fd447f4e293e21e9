package org.trestle.node.settings;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A domain that the cluster serves.
 *
 * @param name the domain, canonical
 * @param identity its own key and certificate, or null when the node's certificate serves it
 */
public record HostedDomain(String name, @Nullable Identity identity) {
    private static final int FORMAT = 1;

    /** A file as the operator named it, with its content (PEM). */
    public record NamedPem(String name, String pem) {
        @Override
        public String toString() {
            return "NamedPem[" + name + "]";
        }
    }

    /** A key with its certificate, and the certificates between it and its root. */
    public record Identity(
            NamedPem key, NamedPem certificate, @Nullable NamedPem bundle) {}

    /** The row's value. */
    byte[] encode() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeBoolean(identity != null);
            if (identity != null) {
                write(out, identity.key());
                write(out, identity.certificate());
                out.writeBoolean(identity.bundle() != null);
                if (identity.bundle() != null) {
                    write(out, identity.bundle());
                }
            }
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return bytes.toByteArray();
    }

    /** Reads a row; an unknown format is a newer version's, whose certificate this one does not use. */
    static HostedDomain decode(String name, byte[] value) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(value))) {
            if (value.length == 0 || in.readByte() != FORMAT || !in.readBoolean()) {
                return new HostedDomain(name, null);
            }
            NamedPem key = read(in);
            NamedPem certificate = read(in);
            return new HostedDomain(name, new Identity(key, certificate, in.readBoolean() ? read(in) : null));
        } catch (IOException damaged) {
            throw new IllegalStateException("the row of the domain " + name + " is damaged", damaged);
        }
    }

    private static void write(DataOutputStream out, NamedPem file) throws IOException {
        out.writeUTF(file.name());
        byte[] pem = file.pem().getBytes(StandardCharsets.UTF_8);
        out.writeInt(pem.length);
        out.write(pem);
    }

    private static NamedPem read(DataInputStream in) throws IOException {
        String name = in.readUTF();
        return new NamedPem(name, new String(in.readNBytes(in.readInt()), StandardCharsets.UTF_8));
    }
}
