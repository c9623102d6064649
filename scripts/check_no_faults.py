#!/usr/bin/python3
"""Looks for planted faults in what is shipped: no program or library may know of the switch that they
stand behind (simulator/faults/planted.hpp).

    check_no_faults.py FAULTY FILE…    fails when a FILE knows of it, or when FAULTY, built with faults, does not
"""
import pathlib
import sys

# How a compiler spells fullcone::faults, in symbols and in names of types.
TRACE = b"8fullcone6faults"


def main(arguments):
    if len(arguments) < 2:
        print(__doc__, file=sys.stderr)
        return 2
    faulty, *shipped = arguments
    good = True
    for file in (faulty, *shipped):
        knows = TRACE in pathlib.Path(file).read_bytes()
        good &= knows == (file == faulty)
        print(f"{file}: {'knows' if knows else 'knows nothing'} of planted faults")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
