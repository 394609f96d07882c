#!/usr/bin/env bash
# One file, one idea: no source file has more than 600 lines.
set -euo pipefail
cd "$KMODERN_SOURCE_DIR"
failures=0
while read -r lines file; do
  [[ $file == total ]] && continue
  if ((lines > 600)); then
    echo "$file has $lines lines; split it (600 is the limit, most have fewer than 400)"
    failures=$((failures + 1))
  fi
done < <(find src include sdk modules tests fuzz bench tools completions cmake run test .ci/run -type f \
           \( -name '*.cc' -o -name '*.h' -o -name '*.c' -o -name '*.S' -o -name '*.sh' -o -name '*.cmake' -o ! -name '*.*' \) \
           ! -path 'fuzz/corpus/*' ! -path '*/data/*' -exec wc -l {} + 2>/dev/null)
((failures == 0))
