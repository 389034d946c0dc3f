"""An event study as a figure: each distance alone, and all of them at once."""

from collections.abc import Sequence

from evalkit.did.aggregates import Aggregate, AggregateEffect
from evalkit.findings.numerals import level_text, number
from evalkit.findings.verdicts import Tone
from evalkit.report.figures.event_study import Bands, EventWords, event_study, is_clear
from evalkit.report.figures.figure import (
    OF_A_MODEL,
    Figure,
    FigureWords,
    clear,
    effect_text,
    places,
    verb,
)
from evalkit.types.estimate import EventEffect


def event_study_chart(
    study: Aggregate, words: FigureWords, *, tone: Tone = "unsure", noun: str = "period"
) -> Figure:
    """Effects by distance from the start, with pointwise intervals and the simultaneous band.

    Parameters
    ----------
    study : Aggregate
        Of kind ``"event"``.
    words : FigureWords
    tone : "better", "worse" or "unsure"
        Colour of the effects from the start on: that of the finding's verdict.
    noun : str
        What a period is called, e.g. ``"year"``.

    Raises
    ------
    ValueError
        The aggregate is of another kind.
    """
    if study.kind != "event":
        raise ValueError(
            f"event_study_chart found averages by {study.kind}; it needs aggregate('event')"
        )
    events = [_event(effect) for effect in study.effects]
    bands = {
        int(e.at): (e.band_low, e.band_high)
        for e in study.effects
        if e.band_low is not None and e.band_high is not None
    }
    told_as = EventWords(
        subject=words.outcome,
        axis=words.axis,
        across=f"{noun.capitalize()}s from the start (0 is the first)",
        unit="" if words.scale == "log" else words.unit,
    )
    wide, narrow = (
        event_study(
            events,
            base=study.base,
            scale=words.scale,
            tone=tone,
            words=told_as,
            ident=f"{words.ident}-{shape}",
            shape=shape,
            bands=bands,
        )
        for shape in ("wide", "narrow")
    )
    return Figure(
        takeaway=_takeaway(events, bands, study.base),
        wide=wide,
        narrow=narrow,
        note=_note(study, events, noun),
        holds=OF_A_MODEL,
        head=(f"{noun.capitalize()}s from the start", "Estimate", "Low", "High",
              "Band low", "Band high", "Treated", "Comparison"),
        rows=_rows(study, words),
    )  # fmt: skip


def _event(effect: AggregateEffect) -> EventEffect:
    return EventEffect(
        event_time=int(effect.at),
        effect=effect.effect,
        standard_error=effect.standard_error,
        low=effect.low,
        high=effect.high,
        n_treated=effect.n_treated,
        n_comparison=effect.n_comparison,
    )


def _takeaway(events: Sequence[EventEffect], bands: Bands, base: int | None) -> str:
    known = [e for e in events if e.low is not None and e.event_time != base]
    after = [e for e in known if e.event_time >= 0]
    before = [e for e in known if e.event_time < 0]
    if not after:
        return "No estimate from the start on has an interval: the picture cannot tell."
    count = sum(map(is_clear, after))
    said = (
        f"{count} of {len(after)} intervals from the start on {verb(count)} clear of no change when each"
        " is read alone"
    )
    if bands:
        at_once = sum(clear(*bands[e.event_time]) for e in after if e.event_time in bands)
        said += f", {at_once} when all are read together"
    if before:
        drifted = sum(map(is_clear, before))
        said += f"; before the start, {drifted} of {len(before)}"
    return said + "."


def _note(study: Aggregate, events: Sequence[EventEffect], noun: str) -> str:
    overall = study.overall
    said = [f"Lines: the {level_text(overall.interval.level)} interval of that {noun} alone."]
    if study.band:
        said.append(
            "Outlined bars: wider, so that they hold for every estimate at once"
            f" ({study.band.how})."
        )
    said.append("Open marks: before the start; filled: from it on.")
    if study.base is not None:
        said.append(
            f"Diamond: the base {noun} ({number(study.base, 0, signed=True)}), 0 by design."
        )
    if any(e.low is None and e.event_time != study.base for e in events):
        said.append(
            "A dashed mark without a line rests on single units, which have no interval of their own."
        )
    said.append(f"{overall.method}; {overall.inference}; {overall.n_clusters} clusters.")
    return " ".join([*said, *study.notes])


def _rows(study: Aggregate, words: FigureWords) -> tuple[tuple[str, ...], ...]:
    ends = [end for e in study.effects for end in (e.effect, e.low, e.high)]
    digits = places(ends, words.scale)
    rows = []
    for e in study.effects:
        numbers = (e.effect, e.low, e.high, e.band_low, e.band_high)
        texts = [effect_text(value, words.scale, digits) for value in numbers]
        if e.at == study.base:
            texts[0] = "0 (base)"
        at = number(int(e.at), 0, signed=True)
        rows.append((at, *texts, number(e.n_treated, 0), number(e.n_comparison, 0)))
    return tuple(rows)
