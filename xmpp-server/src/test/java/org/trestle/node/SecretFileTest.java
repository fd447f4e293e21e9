package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SecretFileTest {
    @TempDir
    Path directory;

    @Test
    void whoeverCanReadPasswordsIsNamed() throws Exception {
        Path file = Files.createFile(directory.resolve("turn.conf"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        assertNull(SecretFile.complaint(file));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        assertEquals(
                "every user of this machine can read " + file + ", and there are passwords in it; type \"chmod o-r "
                        + file + "\"",
                SecretFile.complaint(file));
        assertNull(SecretFile.complaint(directory.resolve("none")));
    }
}
