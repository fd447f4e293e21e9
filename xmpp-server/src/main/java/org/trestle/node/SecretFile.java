package org.trestle.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import org.jspecify.annotations.Nullable;

/** A file of the operator's with passwords in it. */
final class SecretFile {
    private SecretFile() {}

    /** What the operator should read about who can read {@code file}; null when that is nobody else. */
    static @Nullable String complaint(Path file) {
        try {
            if (!Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
                return null;
            }
        } catch (IOException | UnsupportedOperationException unknown) {
            // Where files have no such permissions, there is nothing to say about them.
            return null;
        }
        return "every user of this machine can read " + file + ", and there are passwords in it; type \"chmod o-r "
                + file + "\"";
    }
}
