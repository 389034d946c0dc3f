"""Records as bytes, for the same program to read again: every value exactly, infinity and NaN included."""

from typing import Any, TypeVar

from msgspec.msgpack import Decoder, Encoder

T = TypeVar("T")
_DECODERS: dict[Any, Decoder[Any]] = {}
packed = Encoder().encode
"""A record as MessagePack; two records that differ in a value never give the same bytes."""


def unpacked(kind: type[T], told: bytes) -> T:
    """What ``packed`` wrote of a record of this kind: it is equal in every value."""
    if kind not in _DECODERS:
        _DECODERS[kind] = Decoder(kind)
    record: T = _DECODERS[kind].decode(told)
    return record
