"""Stories on several platforms at once use the stand-ins of each."""

import sys
from pathlib import Path

_PEERS = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(_PEERS / "discord"), str(_PEERS / "slack")]
