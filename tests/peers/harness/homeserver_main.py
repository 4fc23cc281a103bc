"""Runs Synapse with the story's clock: `python homeserver_main.py CLOCK-FILE ARGUMENTS`.

Everything in it asks `time.time`, so that is told how far off the clock is; libfaketime below Python costs it most of
its speed.
"""

import os
import sys
import time

_machine = time.time
_file = sys.argv.pop(1)
_known = (0, 0.0)


def _shown() -> float:
    global _known
    written = os.stat(_file)
    if written.st_ino != _known[0]:
        with open(_file) as told:
            _known = (written.st_ino, float(told.read()))
    return _machine() + _known[1]


time.time = _shown
# Our own modules are none of its business.
sys.path.pop(0)

if __name__ == "__main__":
    from synapse.app.homeserver import main

    main()
