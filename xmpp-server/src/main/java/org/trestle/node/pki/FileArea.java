package org.trestle.node.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The files that operators work with by name: {@code pki} in the data directory, for the node's user only. */
public final class FileArea {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path directory;

    private FileArea(Path directory) {
        this.directory = directory;
    }

    /** The area of a data directory; made when it is not there. */
    public static FileArea in(Path data) throws IOException {
        Path directory = data.resolve("pki");
        if (!Files.isDirectory(directory)) {
            Files.createDirectory(
                    directory, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        return new FileArea(directory);
    }

    /** All names, ordered. */
    public List<String> list() throws PkiException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> file.getFileName().toString())
                    .filter(name -> !name.endsWith(".new"))
                    .sorted()
                    .toList();
        } catch (IOException unreadable) {
            throw new PkiException(directory + " cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    public boolean has(String name) {
        return NAME.matcher(name).matches() && Files.isRegularFile(directory.resolve(name));
    }

    /** The file's full name. */
    public Path path(String name) throws PkiException {
        if (!NAME.matcher(name).matches()) {
            throw new PkiException("\"" + name
                    + "\" is no name for a file here: letters, digits, dots, dashes and underlines, 100 at most");
        }
        return directory.resolve(name);
    }

    public byte[] read(String name) throws PkiException {
        Path file = path(name);
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new PkiException("there is no file " + name + " on this node (\"pki list\" shows what there is)");
        }
    }

    /** Writes a file in one step, replacing one of the same name. */
    public Path store(String name, byte[] content) throws PkiException {
        Path file = path(name);
        Path fresh = directory.resolve(name + ".new");
        try {
            Files.deleteIfExists(fresh);
            Files.createFile(fresh, OWNER_ONLY);
            Files.write(fresh, content);
            return Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unwritable) {
            throw new PkiException(file + " cannot be written: " + unwritable.getMessage(), unwritable);
        }
    }
}
