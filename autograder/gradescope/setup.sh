#!/usr/bin/env bash
# Gradescope runs this once, as root, when the zip was uploaded: Python and what grading needs, beside the zip's content.
# Base images: Ubuntu 22.04 or later, Debian 12 or later.
set -euo pipefail

home=${AUTOGRADER_HOME:-/autograder}
kit=$home/source
venv=$home/venv
export DEBIAN_FRONTEND=noninteractive

install() {
  apt-get install -y --no-install-recommends "$@"
}

# The image's own Python if it is new enough (see requires-python in pyproject.toml); else the one beside it.
python=python3
if ! python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  python=python3.11
fi

apt-get update
install ca-certificates libseccomp2
if ! command -v "$python" >/dev/null; then
  install "$python" || { echo "no Python 3.11 here: choose Ubuntu 22.04 or later as the base image"; exit 1; }
fi
if ! "$python" -c 'import ensurepip' 2>/dev/null; then # Debian and Ubuntu have it in a package of its own
  install "$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')"
fi

"$python" -m venv "$venv"
"$venv/bin/python" -m pip install --quiet --no-cache-dir --disable-pip-version-check --editable "${kit}[instructor]"
"$venv/bin/python" -m compileall -q "$kit/autograder" "$kit/datasets" "$kit/solutions/cs231n"
"$venv/bin/python" -I -m autograder.gradescope prepare "$home"

# Answers and hidden seeds lie in here. Students' code cannot open them anyway, see autograder/sandbox.
chmod -R go= "$kit"

# For the log that instructors see. Where the image is built is not where it is used, so this decides nothing.
"$venv/bin/autograder" doctor || true
