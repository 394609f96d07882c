#!/usr/bin/env bash
# The loading engine on a tree of 500 modules that sleep in their inits, beside the critical path of that tree.
set -euo pipefail
build=$KMODERN_BUILD_DIR
cmake -S "$KMODERN_SOURCE_DIR" -B "$build" -DKMODERN_BENCH=ON --log-level=WARNING >/dev/null
cmake --build "$build" --target bench-load_tree >/dev/null
"$build/bench/bench-load_tree"
