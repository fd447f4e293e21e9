package org.trestle.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirectoryTest {
    @TempDir
    Path parent;

    @Test
    void belongsToOneNodeAtATime() throws Exception {
        Path path = parent.resolve("data");
        try (DataDirectory first = DataDirectory.take(path)) {
            assertEquals(path, first.path());
            assertEquals(PosixFilePermissions.fromString("rwx------"), Files.getPosixFilePermissions(path));
            StartException refused = assertThrows(StartException.class, () -> DataDirectory.take(path));
            assertEquals(
                    "another node runs in " + path + " (process "
                            + ProcessHandle.current().pid()
                            + "): stop it first, or give this one another directory (--node DIR, or trestle.data)",
                    refused.getMessage());
        }
        DataDirectory.take(path).close();
    }

    @Test
    void saysWhatIsInTheWay() throws IOException {
        Path file = Files.createFile(parent.resolve("file"));
        String message = String.valueOf(assertThrows(StartException.class, () -> DataDirectory.take(file))
                .getMessage());
        assertTrue(message.startsWith("the data directory " + file + " cannot be used: "), message);
    }
}
