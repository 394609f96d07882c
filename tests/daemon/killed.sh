#!/usr/bin/env bash
# kerneld is killed at any moment, again and again, while many ask: each is answered, by it or by modprobe, and the last
# kerneld serves.
set -eu
. "$(dirname "$0")/lib.bash" killed
trap 'touch "$work/enough"; [[ -z $daemon ]] || kill -9 $daemon 2>/dev/null; wait; end' EXIT
start() { "$bin/kerneld" -f "$work/kerneld.toml" -d "$work/root" 2>"$work/log" & daemon=$!; }
ask() { "$kmodern" use nls "$1" </dev/null 2>&1 || true; }
asker() { # asks until it is enough
  local said
  until [[ -e $work/enough ]]; do
    said=$(ask "nothing$((RANDOM % 5))")
    [[ $said == *'(EINVAL)'* ]] || echo "$said" >>"$work/wrong"
  done
}

"$kmodern" kernel start --sysctl modprobe=/bin/false killed >/dev/null
printf '[daemon]\nstore = "%s/requests.db"\n' "$work" >"$work/kerneld.toml"
for _ in 1 2 3 4 5 6; do asker & done
for _ in 1 2 3 4 5 6 7 8; do
  start
  sleep "0.$((RANDOM % 2))$((RANDOM % 10))"
  kill -9 $daemon
  wait $daemon 2>/dev/null || true
done
start
for ((i = 0; i < 600; ++i)); do grep -q serves "$work/log" && break; sleep 0.05; done
touch "$work/enough"
for asker in $(jobs -p); do [[ $asker == "$daemon" ]] || wait "$asker" || true; done
[[ ! -e $work/wrong ]] || fail "wrong answers: $(head -3 "$work/wrong")"
ask last >"$work/said"
"$kmodern" status | grep -q '^requests .*unknown' || fail "the last kerneld has no status"
for ((i = 0; i < 600; ++i)); do "$kmodern" requests -S "$work/requests.db" | grep -q nls_last && exit 0; sleep 0.05; done
fail "the last request is not in the record"
