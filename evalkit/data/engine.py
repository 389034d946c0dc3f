"""DuckDB as this room uses it."""

import duckdb

Setting = str | bool | int | float | list[str]


def connect(database: str = ":memory:", **settings: Setting) -> duckdb.DuckDBPyConnection:
    """Open a connection that fetches nothing from a network and prints nothing.

    In a notebook and behind ``python -c`` DuckDB would otherwise draw a bar into the output.
    """
    quiet: dict[str, Setting] = {"autoinstall_known_extensions": False, **settings}
    link = duckdb.connect(database, config=quiet)
    if link.execute("SELECT current_setting('enable_progress_bar')").fetchall() != [(False,)]:
        link.execute("SET enable_progress_bar = false")  # refused in a notebook where it is off
    return link
