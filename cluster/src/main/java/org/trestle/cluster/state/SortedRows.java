package org.trestle.cluster.state;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.trestle.cluster.api.Row;

/**
 * The rows of a table, ordered by key: an immutable balanced (AVL) tree. A write makes a new tree that shares all but one
 * path with the old one, so a reader that took a tree keeps it whole at no cost to the writer.
 */
final class SortedRows {
    static final SortedRows EMPTY = new SortedRows(null, 0);

    private record Branch(
            @Nullable Branch left, Row row, @Nullable Branch right, int height) {
        static Branch of(@Nullable Branch left, Row row, @Nullable Branch right) {
            return new Branch(left, row, right, Math.max(tall(left), tall(right)) + 1);
        }
    }

    private final @Nullable Branch root;
    private final int size;

    private SortedRows(@Nullable Branch root, int size) {
        this.root = root;
        this.size = size;
    }

    int size() {
        return size;
    }

    @Nullable
    Row get(String key) {
        Branch at = root;
        while (at != null) {
            int order = key.compareTo(at.row.key());
            if (order == 0) {
                return at.row;
            }
            at = order < 0 ? at.left : at.right;
        }
        return null;
    }

    SortedRows with(Row row) {
        return new SortedRows(put(root, row), get(row.key()) == null ? size + 1 : size);
    }

    SortedRows without(String key) {
        return get(key) == null ? this : new SortedRows(cut(root, key), size - 1);
    }

    void each(Consumer<Row> visitor) {
        visit(root, visitor);
    }

    List<Row> list() {
        List<Row> rows = new ArrayList<>(size);
        each(rows::add);
        return rows;
    }

    /** Those whose key begins with {@code prefix}. */
    List<Row> list(String prefix) {
        List<Row> rows = new ArrayList<>();
        visit(root, prefix, rows);
        return rows;
    }

    private static void visit(@Nullable Branch at, String prefix, List<Row> found) {
        if (at == null) {
            return;
        }
        String key = at.row.key();
        boolean begins = key.startsWith(prefix);
        if (begins || key.compareTo(prefix) > 0) {
            visit(at.left, prefix, found);
        }
        if (begins) {
            found.add(at.row);
        }
        if (begins || key.compareTo(prefix) < 0) {
            visit(at.right, prefix, found);
        }
    }

    private static void visit(@Nullable Branch at, Consumer<Row> visitor) {
        if (at != null) {
            visit(at.left, visitor);
            visitor.accept(at.row);
            visit(at.right, visitor);
        }
    }

    private static int tall(@Nullable Branch branch) {
        return branch == null ? 0 : branch.height;
    }

    private static Branch put(@Nullable Branch at, Row row) {
        if (at == null) {
            return Branch.of(null, row, null);
        }
        int order = row.key().compareTo(at.row.key());
        if (order == 0) {
            return new Branch(at.left, row, at.right, at.height);
        }
        return order < 0 ? balance(put(at.left, row), at.row, at.right) : balance(at.left, at.row, put(at.right, row));
    }

    private static @Nullable Branch cut(@Nullable Branch at, String key) {
        if (at == null) {
            return null;
        }
        int order = key.compareTo(at.row.key());
        if (order < 0) {
            return balance(cut(at.left, key), at.row, at.right);
        }
        if (order > 0) {
            return balance(at.left, at.row, cut(at.right, key));
        }
        if (at.left == null) {
            return at.right;
        }
        if (at.right == null) {
            return at.left;
        }
        Branch next = at.right;
        while (next.left != null) {
            next = next.left;
        }
        return balance(at.left, next.row, cut(at.right, next.row.key()));
    }

    /** Joins two trees whose heights differ by two at the most. */
    private static Branch balance(@Nullable Branch left, Row row, @Nullable Branch right) {
        if (left != null && left.height > tall(right) + 1) {
            Branch inner = left.right;
            if (inner != null && inner.height > tall(left.left)) {
                return Branch.of(
                        Branch.of(left.left, left.row, inner.left), inner.row, Branch.of(inner.right, row, right));
            }
            return Branch.of(left.left, left.row, Branch.of(inner, row, right));
        }
        if (right != null && right.height > tall(left) + 1) {
            Branch inner = right.left;
            if (inner != null && inner.height > tall(right.right)) {
                return Branch.of(
                        Branch.of(left, row, inner.left), inner.row, Branch.of(inner.right, right.row, right.right));
            }
            return Branch.of(Branch.of(left, row, inner), right.row, right.right);
        }
        return Branch.of(left, row, right);
    }
}
