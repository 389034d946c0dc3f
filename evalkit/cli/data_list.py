"""``evalkit data list``."""

from evalkit.cli.edge import Json, here
from evalkit.cli.screen import say, say_json, say_next, say_table


def list_snapshots(json: Json = False) -> None:
    """List what was extracted, and when.

    Each snapshot is sealed in the ledger with the hashes of what was read and written.

    Example: evalkit data list
    """
    from evalkit.cli.nouns import plain_record
    from evalkit.registry.entries import read_all
    from evalkit.registry.store import open_registry

    with open_registry(here().url) as session:
        found = read_all(session, "snapshot")
    if json:
        say_json({"snapshots": [plain_record(one) for one in found]})
        return
    if not found:
        say("No snapshots yet.")
        say_next("evalkit data police --help", "evalkit data panel --help")
        return
    head = ("snapshot", "source", "table", "periods", "on", "for")
    say_table(
        head,
        [
            (
                one.id + (" simulated" if one.simulated else ""),
                one.source,
                one.table,
                f"{one.first} to {one.last}",
                one.extracted_on.isoformat(),
                one.protocol or "",
            )
            for one in found
        ],
    )
