"""Rows of events as they are asked about, whatever they were read from."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gis.assignment import AnswerBasis, Answers, Positions, Request, answer_many
from gis.crs import Datum
from layers.files.accuracy import Radii, with_unread


@dataclass(frozen=True, slots=True)
class EventRows:
    """Rows of events as they are asked about.

    Attributes
    ----------
    positions
        As reported, with what was found wrong while reading.
    datum
        Of the positions.
    at
        When each occurred; None as before the first duty.
    radii
        Accuracies; None asks for no probabilities.
    """

    positions: Positions
    datum: Datum
    at: NDArray[np.int64] | None
    radii: Radii | None

    def answers(self, basis: AnswerBasis, request: Request) -> Answers:
        """Return the answers, with accuracies named that are no number of metres."""
        radii = self.radii
        answers = answer_many(
            basis,
            self.positions,
            self.datum,
            at=self.at,
            accuracy_m=None if radii is None else radii.metres,
            request=request,
        )
        return answers if radii is None else with_unread(answers, radii)
