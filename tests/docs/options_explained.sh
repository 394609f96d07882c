#!/usr/bin/env bash
# Every option that a command's --help names is explained in its page and offered by the completion.
set -uo pipefail
command -v mandoc >/dev/null || { echo "mandoc is not installed"; exit 77; }
source "$KMODERN_SOURCE_DIR/completions/kmodern.bash"
kmodern=$KMODERN_BIN/kmodern
failures=0
complain() {
  printf '%s\n' "$*"
  failures=$((failures + 1))
}

check() { # check PAGE PROGRAM [COMMAND]
  local name=${*:3} page=$KMODERN_SOURCE_DIR/man/$1 options option text
  name=${name:-$(basename "$2")}
  [[ -e $page ]] || { complain "$name has no page"; return; }
  text=$(mandoc -T ascii "$page" | sed 's/.\x08//g')
  # The column of options: what begins a line, up to the gap before its explanation.
  options=$("${@:2}" --help 2>/dev/null | expand | grep -E '^ *-' | sed 's/^ *//; s/   *.*//' |
    grep -oE -- '(^|[ ,|/])(--[a-z][a-z0-9-]+|-[A-Za-z0-9])\b' | tr -d ' ,|/' | sort -u)
  COMP_WORDS=("${@:2}" -) COMP_CWORD=$(($# - 1)) COMPREPLY=()
  _kmodern
  for option in $options; do
    grep -qE -- "(^|[^A-Za-z0-9-])$option([^A-Za-z0-9-]|\$)" <<<"$text" || complain "$(basename "$page") does not explain $option"
    [[ " ${COMPREPLY[*]} " == *" $option "* ]] || complain "completion of $name does not offer $option"
  done
}

while read -r command; do
  page=$command.8
  [[ -e $KMODERN_SOURCE_DIR/man/$page ]] || page=kmodern-$command.1
  check "$page" "$kmodern" "$command"
done < <("$kmodern" help | awk '/^  [a-z]/ { print $1 }')
check kerneld.8 "$KMODERN_BIN/kerneld"
((failures == 0))
