package io.bcn.verify;

import java.util.List;

/** What opening the tables told: counts, damage by key, and what is odd and no damage. */
record OpenedTables(VerifySummary.Opened counts, List<Damage> damages, List<String> notices) {}
