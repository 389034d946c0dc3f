"""What can be taken away as one file, and where it is."""

TAKES = (
    ("Every finding", "data/findings.csv", "CSV, for a spreadsheet"),
    ("Every finding, exactly", "data/findings.json", "JSON, for a program"),
    ("The public part of the register", "data/register.sqlite", "SQLite"),
    ("The evidence map", "data/evidence.csv", "CSV"),
    ("Every version", "data/history.csv", "CSV"),
    ("The ledger", "data/ledger.csv", "CSV"),
    ("Follow what is new", "feed.xml", "Atom"),
)
"""Title, path and kind; the tables and records of single findings are on their own pages."""
