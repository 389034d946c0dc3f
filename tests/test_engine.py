"""DuckDB draws nothing into an output, also where it takes itself to be talked to."""

import subprocess
import sys

CODE = """
from evalkit.data.engine import connect
link = connect(threads=1)
print(link.execute("SELECT current_setting('enable_progress_bar')").fetchall())
"""


def test_no_bar_behind_a_command_without_a_file() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "[(False,)]\n"
