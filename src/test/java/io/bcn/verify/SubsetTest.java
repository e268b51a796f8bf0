package io.bcn.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bcn.errors.BcnException;
import io.bcn.errors.ErrorCode;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SubsetTest {
  private static final List<String> KEYS =
      IntStream.range(0, 7_000)
          .mapToObj(i -> "catalogs/prod/objects/%d.parquet".formatted(i))
          .toList();

  @Test
  void thePartsTogetherAreAllObjectsEachOnce() {
    for (String key : KEYS) {
      assertThat(IntStream.rangeClosed(1, 7).filter(n -> Subset.parse(n + "/7").has(key)).count())
          .as(key)
          .isEqualTo(1);
    }
    assertThat(KEYS.stream().filter(Subset.parse("3/7")::has).count()).isBetween(850L, 1150L);
  }

  @Test
  void aPercentageIsThatShareAndTheLargerHoldsTheSmaller() {
    List<String> tenth = KEYS.stream().filter(Subset.parse("10%")::has).toList();

    assertThat(tenth).hasSizeBetween(600, 800);
    assertThat(tenth).allMatch(Subset.parse("12.5%")::has);
    assertThat(KEYS).allMatch(Subset.parse("100%")::has);
    assertThat(Subset.parse("100%").isAll()).isTrue();
    assertThat(Subset.parse("1/1").isAll()).isTrue();
    assertThat(Subset.parse("0.01%").isAll()).isFalse();
  }

  @Test
  void aPartIsTheSameInEveryVersion() {
    assertThat(KEYS.stream().limit(20).map(key -> Subset.parse("1/3").has(key) ? 1 : 0))
        .containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"0/7", "8/7", "1/0", "0%", "0.0%", "101%", "7", "1/7%", "-1/7", "", "a/b"})
  void whatIsNoPartIsRefused(String text) {
    assertThatThrownBy(() -> Subset.parse(text))
        .isInstanceOf(BcnException.class)
        .hasMessageStartingWith("Cannot read subset '%s': ".formatted(text))
        .satisfies(e -> assertThat(((BcnException) e).code()).isEqualTo(ErrorCode.USAGE));
  }
}
