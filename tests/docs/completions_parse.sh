#!/usr/bin/env bash
# The completions of all three shells are read by their shell without a complaint.
set -uo pipefail
cd "$KMODERN_SOURCE_DIR/completions"
status=0
bash -n kmodern.bash || status=1
if command -v zsh >/dev/null; then zsh -n _kmodern || status=1; fi
if command -v fish >/dev/null; then fish --no-execute kmodern.fish || status=1; fi
exit "$status"
