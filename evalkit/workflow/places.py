"""Areas as people name them: by code or by name, whatever the case."""

import difflib
from collections.abc import Iterable, Mapping

from evalkit.errors import FormError, Problem
from evalkit.types.intervention import Area


def find_area(areas: Mapping[str, Area], typed: str, *, field: str = "area") -> Area:
    """Return the area with this code or name.

    Raises
    ------
    FormError
        With the areas that come close, where there is none, or where several have the name.
    """
    wanted = _plain(typed)
    by_code = {_plain(code): area for code, area in areas.items()}
    if wanted in by_code:
        return by_code[wanted]
    named = [area for area in areas.values() if _plain(area.name) == wanted]
    if len(named) == 1:
        return named[0]
    raise FormError(
        Problem(
            field=field,
            found=f"{'several areas' if named else 'no area'} called {typed.strip() or 'nothing'}",
            needed=f"one of {_listed(named or _close(areas, wanted))}",
            do="All areas: evalkit area list.",
        )
    )


def _close(areas: Mapping[str, Area], wanted: str) -> Iterable[Area]:
    """Areas whose name contains what was typed or looks like it; the larger ones otherwise."""
    names = {_plain(area.name): area for area in areas.values()}
    inside = [area for name, area in names.items() if wanted and wanted in name]
    alike = [names[name] for name in difflib.get_close_matches(wanted, names, n=4, cutoff=0.6)]
    larger = [area for area in areas.values() if area.kind != "local-authority"]
    return list(dict.fromkeys([*inside, *alike]))[:8] or larger


def _listed(areas: Iterable[Area]) -> str:
    return ", ".join(f"{area.name} ({area.code})" for area in areas)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
