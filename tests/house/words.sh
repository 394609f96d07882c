#!/usr/bin/env bash
# Nothing is promised in place of being done, and no path of one person's machine is committed.
set -euo pipefail
cd "$KMODERN_SOURCE_DIR"
command -v git >/dev/null && git rev-parse --git-dir >/dev/null 2>&1 || { echo "no git checkout"; exit 77; }
promise='TO''DO|FIX''ME'
machine='/wo''rk/(main|wt|shared|[.])|(^|[ =`(])/ro''ot/'
failures=0
# What is committed, and what is about to be.
list() { git ls-files -z --cached --others --exclude-standard; }
if list | xargs -0 grep -nIE "\b($promise)\b" -- 2>/dev/null; then
  echo "above: promises; do it, or say in an error that it is not there"
  failures=1
fi
if list | xargs -0 grep -nIE "$machine" -- 2>/dev/null; then
  echo "above: paths of one machine; derive them, or take them from the environment"
  failures=1
fi
((failures == 0))
