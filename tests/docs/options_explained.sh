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

while read -r command; do
  page=$KMODERN_SOURCE_DIR/man/$command.8
  [[ -e $page ]] || page=$KMODERN_SOURCE_DIR/man/kmodern-$command.1
  [[ -e $page ]] || { complain "$command has no page"; continue; }
  text=$(mandoc -T ascii "$page" | sed 's/.\x08//g')
  # The column of options: what begins a line, up to the gap before its explanation.
  options=$("$kmodern" "$command" --help 2>/dev/null | expand | grep -E '^ *-' | sed 's/^ *//; s/   *.*//' |
    grep -oE -- '(^|[ ,|/])(--[a-z][a-z0-9-]+|-[A-Za-z0-9])\b' | tr -d ' ,|/' | sort -u)
  COMP_WORDS=("$kmodern" "$command" -) COMP_CWORD=2 COMPREPLY=()
  _kmodern
  for option in $options; do
    grep -qE -- "(^|[^A-Za-z0-9-])$option([^A-Za-z0-9-]|\$)" <<<"$text" || complain "$(basename "$page") does not explain $option"
    [[ " ${COMPREPLY[*]} " == *" $option "* ]] || complain "completion of $command does not offer $option"
  done
done < <("$kmodern" help | awk '/^  [a-z]/ { print $1 }')
((failures == 0))
