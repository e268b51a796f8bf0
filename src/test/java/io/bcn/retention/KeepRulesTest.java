package io.bcn.retention;

import static org.assertj.core.api.Assertions.assertThat;

import io.bcn.format.PitId;
import io.bcn.retention.KeepRules.Rule;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which PITs the rules keep, and that they say which rule it was. */
class KeepRulesTest {
  private static final List<PitId> PITS =
      Stream.of(
              "2026-03-02T09:30:00Z", // a Monday
              "2026-03-02T09:05:00Z",
              "2026-03-02T08:59:59.999Z",
              "2026-03-01T23:59:59Z", // a Sunday
              "2026-03-01T00:00:00Z",
              "2026-02-28T12:00:00Z",
              "2026-02-01T12:00:00Z",
              "2026-01-01T00:00:00Z", // in week 1 of 2026
              "2025-12-31T23:59:59Z", // in the same week
              "2025-06-01T00:00:00Z",
              "2024-06-01T00:00:00Z")
          .map(Instant::parse)
          .map(PitId::new)
          .toList();

  private static Map<PitId, List<String>> kept(KeepRules rules) {
    Map<PitId, List<String>> kept = new LinkedHashMap<>();
    rules.apply(PITS, (pit, why) -> kept.computeIfAbsent(pit, any -> new ArrayList<>()).add(why));
    return kept;
  }

  @ParameterizedTest(name = "{0} {1} keeps {2}")
  @CsvSource({
    "LAST, 3, 0 1 2",
    "LAST, 99, 0 1 2 3 4 5 6 7 8 9 10",
    "HOURLY, 3, 0 2 3",
    "DAILY, 3, 0 3 5",
    "WEEKLY, 4, 0 3 6 7",
    "WEEKLY, 5, 0 3 6 7 9",
    "MONTHLY, 4, 0 5 7 8",
    "YEARLY, 2, 0 8",
    "YEARLY, 9, 0 8 10",
  })
  void aRuleKeepsTheNewestOfEachPeriod(Rule rule, int count, String indexes) {
    List<PitId> expected =
        Stream.of(indexes.split(" ", -1)).map(Integer::parseInt).map(PITS::get).toList();

    assertThat(kept(new KeepRules(Map.of(rule, count), Duration.ZERO)).keySet())
        .containsExactlyElementsOf(expected);
  }

  @Test
  void withinCountsFromTheNewestAndNotFromNow() {
    KeepRules rules = new KeepRules(Map.of(), Duration.ofHours(10));

    assertThat(kept(rules).keySet()).containsExactlyElementsOf(PITS.subList(0, 4));
    assertThat(kept(rules).get(PITS.get(3))).containsExactly("--keep-within");
  }

  @Test
  void eachRuleThatKeepsAPitIsNamed() {
    KeepRules rules = new KeepRules(Map.of(Rule.LAST, 2, Rule.DAILY, 7), Duration.ofMinutes(1));

    assertThat(kept(rules).get(PITS.get(0)))
        .containsExactly("--keep-last 1 of 2", "--keep-daily 1 of 7", "--keep-within");
    assertThat(kept(rules).get(PITS.get(1))).containsExactly("--keep-last 2 of 2");
    assertThat(kept(rules).get(PITS.get(3))).containsExactly("--keep-daily 2 of 7");
  }

  /** So that a run that died is finished by the next one: what it left is decided as before. */
  @Test
  void whatIsKeptDoesNotDependOnWhatIsNot() {
    KeepRules rules =
        new KeepRules(
            Map.of(Rule.LAST, 1, Rule.DAILY, 2, Rule.WEEKLY, 3, Rule.MONTHLY, 3, Rule.YEARLY, 3),
            Duration.ofHours(1));
    Map<PitId, List<String>> all = kept(rules);
    assertThat(all).hasSizeLessThan(PITS.size());
    for (PitId gone : PITS) {
      if (!all.containsKey(gone)) {
        Map<PitId, List<String>> rest = new LinkedHashMap<>();
        rules.apply(
            PITS.stream().filter(pit -> !pit.equals(gone)).toList(),
            (pit, why) -> rest.computeIfAbsent(pit, any -> new ArrayList<>()).add(why));
        assertThat(rest).as("without " + gone).isEqualTo(all);
      }
    }
  }
}
