"""Arrays inside results, so that they survive JSON."""

from typing import Annotated, Any

import numpy as np
import numpy.typing as npt
from pydantic import PlainSerializer, PlainValidator


def _floats(value: Any) -> npt.NDArray[np.float64]:
    return np.asarray(value, dtype=np.float64)


def _integers(value: Any) -> npt.NDArray[np.int64]:
    return np.asarray(value, dtype=np.int64)


def _plain(value: npt.NDArray[Any]) -> Any:
    return value.tolist()


FloatArray = Annotated[
    npt.NDArray[np.float64], PlainValidator(_floats), PlainSerializer(_plain, return_type=list)
]
IntegerArray = Annotated[
    npt.NDArray[np.int64], PlainValidator(_integers), PlainSerializer(_plain, return_type=list)
]
