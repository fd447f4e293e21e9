package org.trestle.cluster.membership;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class JournalTest {
    @TempDir
    Path data;

    @Test
    void whatWasWrittenIsReadByTheNextRun() throws IOException {
        Journal journal = new Journal(data);
        assertNull(journal.read());
        Journal.Entry entry = new Journal.Entry(Journal.Kind.JOIN, "prepared", Map.of("member", "10.0.0.1:5290"));
        journal.write(entry);
        assertEquals(entry, new Journal(data).read());
        journal.write(entry.after("swapped"));
        assertEquals("swapped", new Journal(data).read().done());
        journal.clear();
        assertNull(new Journal(data).read());
        journal.clear();
    }

    @Test
    void onlyTheOwnerReadsIt() throws IOException {
        new Journal(data).write(new Journal.Entry(Journal.Kind.LEAVE, "begun", Map.of()));
        assertEquals(
                "rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("join/journal"))));
    }

    @Test
    void aFileThatIsNoJournalIsNamed() throws IOException {
        Files.createDirectories(data.resolve("join"));
        Files.writeString(data.resolve("join/journal"), "what is this");
        IOException refusal = assertThrows(IOException.class, () -> new Journal(data).read());
        assertTrue(refusal.getMessage().contains("join/journal"), refusal.getMessage());
    }
}
