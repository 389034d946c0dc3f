"""Speed and memory of difference-in-differences, all in one run: python -m benchmarks.did [--pairs 7].

benchmarks.group_time and benchmarks.two_way say what is measured and how; both install the packages that they
compare with into scratch environments. Some minutes on two quiet cores; nothing else should run meanwhile.
"""

import argparse

from benchmarks import group_time, two_way


def main() -> None:
    """Measure, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("--pairs", type=int, default=group_time.PAIRS)
    parser.add_argument(
        "--slow-pairs", type=int, default=two_way.SLOW_PAIRS, help="against linearmodels"
    )
    asked = parser.parse_args()
    group_time.measure(asked.pairs)
    print()
    two_way.measure(asked.pairs, asked.slow_pairs)


if __name__ == "__main__":
    main()
