"""Rows that cannot be right, found before anything is computed."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def repeated(frame: pd.DataFrame, keys: Sequence[str]) -> tuple[int, int] | None:
    """Positions of the first row whose keys occurred before, and of that earlier row: (earlier, later)."""
    duplicated = frame.duplicated(list(keys)).to_numpy()
    if not duplicated.any():
        return None
    later = int(np.flatnonzero(duplicated)[0])
    same = (frame[list(keys)] == frame[list(keys)].iloc[later]).all(axis=1).to_numpy()
    return int(np.flatnonzero(same)[0]), later
