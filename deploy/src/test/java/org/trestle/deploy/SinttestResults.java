package org.trestle.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.igniterealtime.smack.inttest.FailedTest;
import org.igniterealtime.smack.inttest.SmackIntegrationTestFramework;
import org.igniterealtime.smack.inttest.TestNotPossible;
import org.igniterealtime.smack.inttest.TestResult;

/** Writes what became of each class of Smack's integration tests, and each failure, to the file that a property names. */
public final class SinttestResults implements SmackIntegrationTestFramework.TestRunResultProcessor {
    static final String FILE = "trestle.sinttest.results";

    @Override
    public void process(SmackIntegrationTestFramework.TestRunResult result) {
        Map<String, int[]> classes = new TreeMap<>();
        List<String> lines = new ArrayList<>();
        for (TestResult passed : result.getSuccessfulTests()) {
            classes.computeIfAbsent(classOf(passed), name -> new int[3])[0]++;
        }
        for (FailedTest failed : result.getFailedTests()) {
            classes.computeIfAbsent(classOf(failed), name -> new int[3])[1]++;
            lines.add("failed " + failed.concreteTest + ": " + oneLine(failed.failureReason));
        }
        for (TestNotPossible impossible : result.getNotPossibleTests()) {
            classes.computeIfAbsent(classOf(impossible), name -> new int[3])[2]++;
            lines.add("impossible " + impossible.concreteTest + ": " + oneLine(impossible.testNotPossibleException));
        }
        result.getImpossibleTestClasses()
                .forEach((type, why) -> lines.add("impossible " + type.getSimpleName() + ": " + oneLine(why)));
        classes.forEach((name, counts) -> lines.add(
                "class " + name + " passed " + counts[0] + " failed " + counts[1] + " impossible " + counts[2]));
        try {
            Files.write(Path.of(System.getProperty(FILE)), lines);
        } catch (IOException notWritten) {
            throw new UncheckedIOException(notWritten);
        }
    }

    private static String classOf(TestResult result) {
        return result.concreteTest.getMethod().getDeclaringClass().getSimpleName();
    }

    private static String oneLine(Throwable why) {
        StringBuilder all = new StringBuilder(why.toString());
        for (Throwable cause = why.getCause(); cause != null; cause = cause.getCause()) {
            all.append("; caused by ").append(cause);
        }
        return all.toString().replaceAll("\\s+", " ");
    }
}
