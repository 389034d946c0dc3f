"""Charts as SVG text: pure functions from records, drawn with classes from one stylesheet."""
