"""Only Linux has what these tests are about."""

import sys

collect_ignore = [] if sys.platform == "linux" else ["test_arena.py", "test_attacks.py"]
