package org.trestle.node.turn;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.trestle.cluster.api.NodeId;
import org.trestle.cluster.api.Row;
import org.trestle.node.config.TurnConfig.PortRange;
import org.trestle.turn.credentials.Revocation;
import org.trestle.turn.credentials.SharedKey;
import org.trestle.turn.credentials.StaticUser;
import org.trestle.turn.journal.Printable;

/** The values of the relay's rows, each after an octet with its format; rows of a newer format are left out. */
final class TurnRows {
    private static final Logger log = LoggerFactory.getLogger(TurnRows.class);
    private static final int FORMAT = 1;

    private TurnRows() {}

    @FunctionalInterface
    private interface Writer {
        void write(DataOutputStream out) throws IOException;
    }

    @FunctionalInterface
    private interface Reader<T> {
        T read(DataInputStream in) throws IOException;
    }

    static String key(int epoch) {
        return String.format(Locale.ROOT, "%010d", epoch);
    }

    static byte[] encode(SharedKey key) {
        return encode(out -> {
            out.writeInt(key.epoch());
            out.writeUTF(key.secret());
            out.writeLong(key.made().getEpochSecond());
            Instant retired = key.retired();
            out.writeLong(retired == null ? -1 : retired.getEpochSecond());
        });
    }

    static @Nullable SharedKey key(Row row) {
        return decode(row, in -> {
            int epoch = in.readInt();
            String secret = in.readUTF();
            Instant made = Instant.ofEpochSecond(in.readLong());
            long retired = in.readLong();
            return new SharedKey(epoch, secret, made, retired < 0 ? null : Instant.ofEpochSecond(retired));
        });
    }

    static byte[] encode(StaticUser user) {
        return encode(out -> out.writeUTF(user.password()));
    }

    static @Nullable StaticUser user(Row row) {
        return decode(row, in -> new StaticUser(row.key(), in.readUTF()));
    }

    static byte[] encode(Revocation revocation) {
        return encode(out -> {
            out.writeLong(revocation.generation());
            out.writeInt(revocation.upToEpoch());
        });
    }

    static @Nullable Revocation revocation(Row row) {
        return decode(row, in -> new Revocation(in.readLong(), in.readInt()));
    }

    static byte[] encode(long number) {
        return encode(out -> out.writeLong(number));
    }

    /** The number of a row; 0 when there is none. */
    static long number(@Nullable Row row) {
        Long number = row == null ? null : decode(row, DataInputStream::readLong);
        return number == null ? 0 : number;
    }

    static byte[] encode(RelayAddress relay) {
        return encode(out -> {
            out.writeUTF(relay.host());
            out.writeInt(relay.port());
            out.writeInt(relay.tlsPort());
            out.writeBoolean(relay.taking());
            out.writeInt(relay.load());
            // Behind what the first version of this program reads.
            out.writeInt(relay.sharedPort());
            out.writeInt(relay.relayPorts().first());
            out.writeInt(relay.relayPorts().last());
            out.writeUTF(relay.certificateName());
        });
    }

    static @Nullable RelayAddress relay(Row row) {
        return decode(row, in -> {
            String host = in.readUTF();
            int port = in.readInt();
            int tlsPort = in.readInt();
            boolean taking = in.readBoolean();
            int load = in.readInt();
            // Nodes with earlier versions of this program do not write these.
            int sharedPort = in.available() == 0 ? 0 : in.readInt();
            PortRange ports =
                    in.available() == 0 ? RelayAddress.USUAL_PORTS : new PortRange(in.readInt(), in.readInt());
            String name = in.available() == 0 ? "" : in.readUTF();
            return new RelayAddress(new NodeId(row.key()), host, port, tlsPort, sharedPort, taking, ports, name, load);
        });
    }

    /** All rows that this version can read. */
    static <T> List<T> all(List<Row> rows, java.util.function.Function<Row, @Nullable T> read) {
        List<T> values = new ArrayList<>(rows.size());
        for (Row row : rows) {
            T value = read.apply(row);
            if (value != null) {
                values.add(value);
            }
        }
        return values;
    }

    private static byte[] encode(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            writer.write(out);
        } catch (IOException inMemory) {
            throw new IllegalStateException(inMemory);
        }
        return bytes.toByteArray();
    }

    private static <T> @Nullable T decode(Row row, Reader<T> reader) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(row.value()))) {
            if (in.readByte() != FORMAT) {
                log.warn(
                        "the relay's row {} was written by a newer version of this program; update this node",
                        Printable.of(row.key()));
                return null;
            }
            return reader.read(in);
        } catch (IOException | IllegalArgumentException damaged) {
            log.warn(
                    "the relay's row {} is damaged ({}); set it again with \"turn\"",
                    Printable.of(row.key()),
                    damaged.toString());
            return null;
        }
    }
}
