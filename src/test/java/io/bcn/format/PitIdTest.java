package io.bcn.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitIdTest {
  @Test
  void aPitIdIsItsTimeToTheMillisecond() {
    PitId pit = new PitId(Instant.parse("2025-10-17T10:00:00.123987Z"));

    assertThat(pit).hasToString("20251017T100000.123Z");
    assertThat(pit.timestamp()).isEqualTo("2025-10-17T10:00:00.123Z");
    assertThat(PitId.parse("20251017T100000.123Z")).isEqualTo(pit);
  }

  @Property
  void aPitIdReadsBackAsItWasPrinted(@ForAll("pits") PitId pit) {
    assertThat(PitId.tryParse(pit.toString())).contains(pit);
    assertThat(pit.toString()).matches("[0-9]{8}T[0-9]{6}\\.[0-9]{3}Z");
  }

  @Property
  void pitIdsSortByTimeAlsoAsText(@ForAll("manyPits") List<PitId> pits) {
    assertThat(pits.stream().sorted().toList())
        .isEqualTo(pits.stream().sorted(Comparator.comparing(PitId::toString)).toList())
        .isSortedAccordingTo(Comparator.comparing(PitId::timestamp));
  }

  @ParameterizedTest(name = "[{0}]")
  @ValueSource(
      strings = {
        "",
        "latest",
        "2025-10-17T10:00:00.123Z",
        "20251017",
        "20251017T100000Z",
        "20251017T100000.12Z",
        "20251017T100000.1234Z",
        "20251017T100000.123",
        "20251017T100000.123z",
        "20251017t100000.123Z",
        " 20251017T100000.123Z",
        "20251017T100000.123Z ",
        "20251017T100000.123Z/",
        "20251017T100000,123Z",
        "20250230T100000.123Z",
        "20251301T100000.123Z",
        "20251017T240000.000Z",
        "20251017T106000.123Z",
        "+2025101T100000.123Z",
        "-0251017T100000.123Z",
        "٢٠٢٥١٠١٧T100000.123Z",
        "manifest.json",
        ".in_progress",
      })
  void oddTextIsNoPitId(String text) {
    assertThat(PitId.tryParse(text)).isEmpty();
    assertThatThrownBy(() -> PitId.parse(text)).hasMessage("'%s' is no PIT id", text);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"+10000-01-01T00:00:00Z", "-0001-12-31T23:59:59Z"})
  void aYearWithoutFourDigitsIsRefused(Instant time) {
    assertThatThrownBy(() -> new PitId(time)).hasMessage("'%s' is no time for a PIT", time);
  }

  @Provide
  Arbitrary<PitId> pits() {
    Instant first = Instant.parse("0000-01-01T00:00:00Z");
    Instant last = Instant.parse("9999-12-31T23:59:59.999Z");
    return Arbitraries.longs()
        .between(first.toEpochMilli(), last.toEpochMilli())
        .map(millis -> new PitId(Instant.ofEpochMilli(millis)));
  }

  @Provide
  Arbitrary<List<PitId>> manyPits() {
    return pits().list().ofMaxSize(20);
  }
}
