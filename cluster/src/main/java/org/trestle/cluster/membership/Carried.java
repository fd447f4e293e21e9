package org.trestle.cluster.membership;

import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.trestle.cluster.api.Change;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * The tables that a node takes along when it leaves its cluster: all but what belongs to that cluster itself. In one file,
 * readable by its owner only, until they are in the log of the next life.
 */
final class Carried {
    private static final int MAGIC = 0x54524331;
    private static final int CHUNK_ROWS = 1_000;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Path file;

    Carried(Path data) {
        file = data.resolve("join").resolve("tables");
    }

    void save(Tables tables, Iterable<String> names) throws IOException {
        byte[] rows = Packer.pack(out -> {
            out.writeInt(MAGIC);
            for (String table : names) {
                for (Row row : table.equals(Rows.TABLE) ? List.<Row>of() : tables.rows(table)) {
                    out.writeBoolean(true);
                    out.writeUTF(row.table());
                    out.writeUTF(row.key());
                    Packer.bytes(out, row.value());
                }
            }
            out.writeBoolean(false);
        });
        Durable.write(file, rows);
    }

    boolean present() {
        return Files.exists(file);
    }

    void clear() throws IOException {
        if (present()) {
            Durable.delete(file);
        }
    }

    /** Writes what was carried into {@code tables}, a bounded number of rows at a time. */
    CompletionStage<Void> unload(Tables tables) throws IOException {
        CompletionStage<Void> done = CompletableFuture.completedFuture(null);
        if (!present()) {
            return done;
        }
        for (Change change : changes()) {
            done = done.thenCompose(before -> tables.commit(change)).thenAccept(outcome -> {});
        }
        return done;
    }

    private List<Change> changes() throws IOException {
        return Packer.unpack(Files.readAllBytes(file), in -> {
            if (in.readInt() != MAGIC) {
                throw new IOException(file + " does not hold tables");
            }
            List<Change> changes = new ArrayList<>();
            while (in.readBoolean()) {
                changes.add(chunk(in));
            }
            return changes;
        });
    }

    private static Change chunk(DataInputStream in) throws IOException {
        Change.Builder change = Change.of();
        int bytes = 0;
        for (int rows = 1; ; rows++) {
            String table = in.readUTF();
            String key = in.readUTF();
            byte[] value = Packer.bytes(in);
            change.put(table, key, value);
            bytes += key.length() + value.length;
            if (rows == CHUNK_ROWS || bytes > CHUNK_BYTES) {
                return change.build();
            }
            in.mark(1);
            if (!in.readBoolean()) {
                in.reset();
                return change.build();
            }
        }
    }
}
