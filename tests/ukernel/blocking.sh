#!/usr/bin/env bash
# Module code that blocks: a reader sleeps until a writer wakes it, or until it is killed; threads, timers and work run;
# locks that are misused are complained of.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:blocking
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop blocking >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "blocking: $*" >&2; exit 1; }
logged() { "$bin/kmodern" dmesg | grep -cE -- "$1" || true; }
await() { until [[ $(logged "$1") -ge $2 ]]; do sleep 0.02; done; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR"/modules/{sleeper,ticker,runner,bad-locks}.c "$work/modules"
echo 'obj-m := sleeper.o ticker.o runner.o bad-locks.o' >"$work/modules/Kbuild"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
"$bin/kmodern" kernel start blocking >"$work/out"
cd "$work/modules"

"$bin/insmod" sleeper.ko
"$bin/kmodern" open --read /dev/sleeper & reader=$!
await 'kmodern sleeps' 1
[[ $(logged 'kmodern wakes') == 0 ]] || fail 'the reader does not sleep'
echo wake | "$bin/kmodern" open --write /dev/sleeper
wait "$reader" || fail 'the reader was not woken'

"$bin/kmodern" open --read /dev/sleeper & reader=$!
await 'kmodern sleeps' 2
kill -KILL "$reader"
await 'kmodern is interrupted' 1
until "$bin/rmmod" sleeper 2>/dev/null; do sleep 0.02; done

"$bin/insmod" ticker.ko ticks=2
await 'ticker: 2 ticks, said by kworker' 1
"$bin/rmmod" ticker
"$bin/insmod" runner.ko
"$bin/rmmod" runner
[[ $(logged 'runner: ended after some rounds') == 1 ]] || fail 'the thread did not run'

"$bin/insmod" bad-locks.ko
[[ $(logged 'BUG: sleeping function called from invalid context at time.c:') == 1 ]] || fail 'it may sleep under a lock'
[[ $(logged '#0: spinlock spinlock\+0x0.*\[bad_locks\], taken at .*\[bad_locks\]') == 1 ]] || fail 'the lock is not told'
[[ $(logged 'BUG: module code returned with locks held') == 1 ]] || fail 'it may keep its mutex'
"$bin/rmmod" bad_locks
[[ $(logged 'BUG: mutex_destroy: the mutex mutex\+0x0') == 1 ]] || fail 'it may destroy a locked mutex'
[[ $(logged 'left behind') == 0 ]] || fail 'something was left behind'
