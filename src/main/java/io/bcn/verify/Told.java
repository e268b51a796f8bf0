package io.bcn.verify;

import java.io.Serializable;

/** What reading a document told: which objects there should be, or that it is damaged itself. */
sealed interface Told extends Serializable permits Expected, Damage {}
