package org.trestle.auth.accounts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class CsvLinesTest {

    @Test
    void cutsLinesAndFields() {
        assertEquals(
                List.of("1:[a, b]", "2:[a, b, c]", "4:[, ]", "5:[ a ,  b ]", "6:[x]"),
                lines("a,b\r\na,b,c\r\r,\n a , b \nx"));
    }

    @Test
    void readsQuotes() {
        assertEquals(
                List.of("1:[a,b, c\"d]", "2:[, ]", "3:[a\"b, c]"), lines("\"a,b\",\"c\"\"d\"\n\"\",\"\"\na\"b,c\n"));
    }

    @Test
    void aWrongLineDoesNotTakeTheNextWithIt() {
        List<String> read = lines("\"open,b\nc,d\n\"x\"y,z\ne,f");
        assertEquals("1:!a quote is not closed", read.get(0));
        assertEquals("2:[c, d]", read.get(1));
        assertTrue(read.get(2).startsWith("3:!text after a closing quote"));
        assertEquals("4:[e, f]", read.get(3));
    }

    @Test
    void dropsAByteOrderMark() {
        assertEquals(List.of("1:[a, b]"), lines("\ufeffa,b"));
    }

    @Test
    void aLineInAnotherEncodingIsRefused() {
        byte[] file = "a,b\nc,\u00e9\nd,e".getBytes(StandardCharsets.ISO_8859_1);
        List<String> read = lines(file);
        assertEquals(3, read.size());
        assertTrue(read.get(1).startsWith("2:!not UTF-8"));
        assertEquals("3:[d, e]", read.get(2));
    }

    @Test
    void aLineBeyondTheLimitIsRefused() {
        List<String> read = lines("a," + "b".repeat(CsvLines.LIMIT_OCTETS_OF_LINE) + "\nc,d");
        assertTrue(read.get(0).startsWith("1:!longer than"));
        assertEquals("2:[c, d]", read.get(1));
    }

    @Test
    void anythingIsReadOrRefused() {
        Random random = new Random(63);
        byte[] alphabet = {'"', ',', '\n', '\r', 'a', ' ', (byte) 0xC3, (byte) 0xA9, 0, (byte) 0xEF, (byte) 0xBB};
        for (int i = 0; i < 20_000; i++) {
            byte[] file = new byte[random.nextInt(40)];
            for (int n = 0; n < file.length; n++) {
                file[n] = alphabet[random.nextInt(alphabet.length)];
            }
            CsvLines lines = new CsvLines(file);
            int last = 0;
            for (CsvLines.Line line = lines.next(); line != null; line = lines.next()) {
                assertTrue(line.number() > last, "numbers go up");
                assertFalse(line.error() == null && line.fields().isEmpty());
                last = line.number();
            }
        }
    }

    private static List<String> lines(String file) {
        return lines(file.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> lines(byte[] file) {
        CsvLines lines = new CsvLines(file);
        List<String> read = new ArrayList<>();
        for (CsvLines.Line line = lines.next(); line != null; line = lines.next()) {
            read.add(line.number() + ":" + (line.error() == null ? line.fields() : "!" + line.error()));
        }
        return read;
    }
}
