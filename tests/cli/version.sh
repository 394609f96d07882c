#!/usr/bin/env bash
# Every command tells its version by --version, and that is the same for all.
set -uo pipefail
kmodern=$KMODERN_BIN/kmodern
version=$("$kmodern" --version) || exit
version=${version#kmodern }
[[ $version == [0-9]*.[0-9]*.[0-9]* ]] || { echo "kmodern --version says: $version"; exit 1; }
status=0
while read -r command; do
  said=$("$kmodern" "$command" --version 2>&1) && [[ $said == *" $version"* ]] ||
    { echo "kmodern $command --version says: $said"; status=1; }
done < <("$kmodern" help | awk '/^  [a-z]/ { print $1 }')
[[ $("$KMODERN_BIN/kerneld" --version) == *" $version" ]] || { echo "kerneld --version says another"; status=1; }
exit "$status"
