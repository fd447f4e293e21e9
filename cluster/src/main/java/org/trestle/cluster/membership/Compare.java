package org.trestle.cluster.membership;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.trestle.cluster.api.Row;
import org.trestle.cluster.api.Tables;

/**
 * Which rows of a node the cluster lacks or has otherwise, so that joining loses nothing unsaid. Values are compared by
 * their hash and do not travel.
 */
public final class Compare {

    /** Guests ask with the proof of their invitation. */
    public static final String SUBJECT = "join.compare";

    /** Rows of one question at most. */
    public static final int CHUNK = 2_000;

    /** Bytes of keys and hashes in one question: a guest may not send much at once. */
    private static final int CHUNK_BYTES = 40_000;

    /** Bytes of a hash: enough to tell two values apart, when nobody gains from making them collide. */
    private static final int HASH = 16;

    /** A row by its key and the first half of the SHA-256 of its value. */
    public record Entry(String key, byte[] hash) {}

    /** A part of one table. */
    public record Question(String invitation, String table, List<Entry> entries) {
        public Question {
            entries = List.copyOf(entries);
        }

        public byte[] encode() {
            return Packer.pack(out -> {
                out.writeUTF(invitation);
                out.writeUTF(table);
                out.writeInt(entries.size());
                for (Entry entry : entries) {
                    out.writeUTF(entry.key());
                    Packer.bytes(out, entry.hash());
                }
            });
        }

        public static Question decode(byte[] bytes) {
            return Packer.unpack(bytes, in -> {
                String invitation = in.readUTF();
                String table = in.readUTF();
                int count = in.readInt();
                if (count < 0 || count > CHUNK) {
                    throw new IllegalArgumentException(count + " rows in one question");
                }
                List<Entry> entries = new ArrayList<>();
                for (int i = 0; i < count; i++) {
                    entries.add(new Entry(in.readUTF(), Packer.bytes(in)));
                }
                return new Question(invitation, table, entries);
            });
        }
    }

    private Compare() {}

    /**
     * The node's rows as questions of bounded size. Tables whose name begins with a dot are left out: they hold what nodes
     * make for themselves, nothing that an operator would miss.
     */
    public static List<Question> questions(String invitation, Tables tables, Iterable<String> names) {
        List<Question> questions = new ArrayList<>();
        for (String table : names) {
            if (table.equals(Rows.TABLE) || table.startsWith(".")) {
                continue;
            }
            List<Entry> entries = new ArrayList<>();
            int bytes = 0;
            for (Row row : tables.rows(table)) {
                entries.add(new Entry(row.key(), hash(row.value())));
                bytes += 3 * row.key().length() + HASH;
                if (entries.size() == CHUNK || bytes > CHUNK_BYTES) {
                    questions.add(new Question(invitation, table, entries));
                    entries = new ArrayList<>();
                    bytes = 0;
                }
            }
            if (!entries.isEmpty()) {
                questions.add(new Question(invitation, table, entries));
            }
        }
        return questions;
    }

    /** The keys that {@code tables} lacks, or has with another value. */
    public static List<String> missing(Question question, Tables tables) {
        List<String> missing = new ArrayList<>();
        for (Entry entry : question.entries()) {
            Row row = tables.get(question.table(), entry.key());
            if (row == null || !MessageDigest.isEqual(hash(row.value()), entry.hash())) {
                missing.add(entry.key());
            }
        }
        return missing;
    }

    /** Encodes the answer. */
    public static byte[] encode(List<String> missing) {
        return Packer.pack(out -> {
            out.writeInt(missing.size());
            for (String key : missing) {
                out.writeUTF(key);
            }
        });
    }

    /** Decodes the answer. */
    public static List<String> decode(byte[] bytes) {
        return Packer.unpack(bytes, in -> {
            int count = in.readInt();
            if (count < 0 || count > CHUNK) {
                throw new IllegalArgumentException(count + " rows in one answer");
            }
            List<String> missing = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                missing.add(in.readUTF());
            }
            return missing;
        });
    }

    private static byte[] hash(byte[] value) {
        try {
            return Arrays.copyOf(MessageDigest.getInstance("SHA-256").digest(value), HASH);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every Java has SHA-256", impossible);
        }
    }
}
