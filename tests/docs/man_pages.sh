#!/usr/bin/env bash
# Every page is well-formed, and every command has one.
set -uo pipefail
cd "$KMODERN_SOURCE_DIR/man"
failures=0
complain() {
  printf '%s\n' "$*"
  failures=$((failures + 1))
}

for page in *.[158]; do
  if command -v mandoc >/dev/null; then
    said=$(mandoc -T lint -W warning "$page" 2>&1) || complain "$said"
  fi
  if command -v man >/dev/null && command -v groff >/dev/null; then
    said=$(LC_ALL=C.UTF-8 MANROFFSEQ='' MANWIDTH=80 man --warnings -l -Tutf8 -Z "$page" 2>&1 >/dev/null)
    [[ -z $said ]] || complain "$page: $said"
  fi
done

while read -r command; do
  [[ -e $command.8 || -e kmodern-$command.1 ]] || complain "man/ has no page for the command $command"
done < <("$KMODERN_BIN/kmodern" help | awk '/^  [a-z]/ { print $1 }')
[[ -e kmodern.1 ]] || complain "man/ has no kmodern.1"
((failures == 0))
