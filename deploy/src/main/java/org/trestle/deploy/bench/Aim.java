package org.trestle.deploy.bench;

import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a server should need at most for a workload.
 *
 * @param server whose figure is meant
 * @param share of what the best of {@code others} needs, or the limit itself when there are no others
 * @param others the servers that it is compared with
 */
public record Aim(String server, double share, List<String> others) {

    /** So much, in the workload's unit. */
    public static Aim atMost(String server, double limit) {
        return new Aim(server, limit, List.of());
    }

    /** So many times what the best of these needs in the same run. */
    public static Aim ofBest(String server, double share, String... others) {
        return new Aim(server, share, List.of(others));
    }

    /** What it may need at most, in the workload's unit; empty when nothing that it depends on was measured. */
    OptionalDouble limit(Results.Row row) {
        if (others.isEmpty()) {
            return OptionalDouble.of(share);
        }
        return others.stream()
                .map(row::median)
                .filter(sample -> sample != null)
                .map(Workload.Sample::value)
                .min(Comparator.naturalOrder())
                .map(best -> OptionalDouble.of(share * best))
                .orElse(OptionalDouble.empty());
    }

    /** Whether the row reaches it; empty when it cannot be said. */
    Optional<Boolean> isMet(Results.Row row) {
        Workload.Sample measured = row.median(server);
        OptionalDouble limit = limit(row);
        if (measured == null || limit.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(measured.value() <= limit.getAsDouble());
    }

    /** Whether the row reaches it, in words; empty when it cannot be said. */
    String verdict(Results.Row row) {
        Workload.Sample measured = row.median(server);
        OptionalDouble limit = limit(row);
        Optional<Boolean> met = isMet(row);
        if (measured == null || limit.isEmpty() || met.isEmpty()) {
            return "";
        }
        String words = Results.number(limit.getAsDouble());
        if (!others.isEmpty()) {
            double times = measured.value() * share / limit.getAsDouble();
            words += String.format(
                    Locale.ROOT,
                    " (%s × %s; measured %.2f ×)",
                    share,
                    others.size() > 1 ? "the best of " + String.join(", ", others) : others.get(0),
                    times);
        }
        return words + (met.get() ? ": met" : ": **missed**");
    }
}
