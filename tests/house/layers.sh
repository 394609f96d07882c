#!/usr/bin/env bash
# A layer includes only what stands above it in src/CMakeLists.txt (docs/architecture.md, layers).
set -euo pipefail
cd "$KMODERN_SOURCE_DIR/src"

declare -A height=()
number=0
while read -r layer; do
  height[$layer]=$((++number))
done < <(sed -n 's/^ *kmodern_layer(\([a-z_/0-9]*\).*/\1/p' CMakeLists.txt)
((number > 5)) || { echo "src/CMakeLists.txt names no layers"; exit 1; }

# The layer of a path: the longest folder of it that is a layer.
layer_of() {
  local folder=$1
  while [[ $folder == */* ]]; do
    folder=${folder%/*}
    [[ ${height[$folder]:-} ]] && layer=$folder && return 0
  done
  layer=
}

failures=0
while IFS=: read -r file line text; do
  include=${text#*\"}
  include=${include%%\"*}
  [[ -e $include ]] || continue # of its own folder, or generated
  layer_of "$file"; from=$layer
  layer_of "$include"; to=$layer
  [[ $from && $to ]] || continue # programs (main.cc of no layer) and the C library may use everything
  # A main.cc puts a program together; it alone may name the layers beside its own.
  [[ $file == */main.cc ]] && continue
  if ((height[$to] > height[$from])); then
    echo "src/$file:$line: the layer $from must not include $include: $to stands higher"
    failures=$((failures + 1))
  fi
done < <(grep -rn --include='*.cc' --include='*.h' '^ *# *include "' .  | sed 's|^\./||')
((failures == 0))
