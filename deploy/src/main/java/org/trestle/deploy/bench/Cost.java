package org.trestle.deploy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What processes have used so far, as the kernel counts it in {@code /proc}.
 *
 * @param cpuMicros time on processors, user and system, in microseconds; the kernel counts in steps of 10,000
 * @param memoryBytes what is in memory now
 */
public record Cost(long cpuMicros, long memoryBytes) {
    private static final long TICK_MICROS = 10_000;
    private static final long PAGE = 4096;
    private static final int USER_TIME = 11;
    private static final int SYSTEM_TIME = 12;
    private static final int RESIDENT = 21;

    /** The sum over these processes. */
    public static Cost of(List<Long> processes) throws IOException {
        long cpu = 0;
        long memory = 0;
        for (long process : processes) {
            String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
            // The second field is the program's name in parentheses, which may contain anything.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            cpu += (Long.parseLong(fields[USER_TIME]) + Long.parseLong(fields[SYSTEM_TIME])) * TICK_MICROS;
            memory += Long.parseLong(fields[RESIDENT]) * PAGE;
        }
        return new Cost(cpu, memory);
    }
}
