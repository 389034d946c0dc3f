"""Commands of a JSON list, one after the other in one process: what each prints ends with a form feed."""

import json
import sys

BETWEEN = "\f"

if __name__ == "__main__":
    from evalkit.cli import app

    for words in json.loads(sys.argv[1]):
        app(words, standalone_mode=False, prog_name="evalkit")
        sys.stdout.write(BETWEEN)
