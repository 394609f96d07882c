#!/usr/bin/env bash
# A kernel that looks at signatures: which modules it takes, what it writes about them, and what insmod says.
set -eu
bin=$KMODERN_BIN
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work KMODERN_KERNEL=user:ring
chmod 700 "$work"
trap '"$bin/kmodern" kernel stop ring >/dev/null 2>&1 || true; rm -rf "$work"' EXIT
fail() { echo "signed_modules: $*" >&2; exit 1; }
has() { grep -qF -- "$2" <<<"$1" || fail "'$2' is missing in: $1"; }
hasnt() { ! grep -qF -- "$2" <<<"$1" || fail "'$2' stands in: $1"; }

[[ -x $bin/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
mkdir "$work/modules"
cp "$KMODERN_SOURCE_DIR/modules/hello.c" "$work/modules"
echo 'obj-m := hello.o' >"$work/modules/Makefile"
PATH=$bin:$PATH make -s -C "$KMODERN_SOURCE_DIR/sdk" "M=$work/modules" modules >"$work/make" 2>&1 || fail "$(<"$work/make")"
cd "$work/modules"

key() { # a key and its certificate: NAME.key, NAME.pem
  openssl req -new -x509 -newkey rsa:2048 -nodes -sha256 -days 1 -subj "/CN=$1 key" \
    -keyout "$1.key" -out "$1.pem" 2>"$work/openssl" || fail "$(<"$work/openssl")"
}
sign() { # FILE KEY TO [OPTION...]: as scripts/sign-file
  openssl cms -sign -binary -noattr -nocerts -nosmimecap -md sha256 -outform DER -in "$1" -signer "$2.pem" \
    -inkey "$2.key" -out signature "${@:4}"
  local size
  size=$(stat -c %s signature)
  {
    cat "$1" signature
    printf '\0\0\2\0\0\0\0\0'
    printf "$(printf '\\x%02x' $((size >> 24)) $((size >> 16 & 255)) $((size >> 8 & 255)) $((size & 255)))"
    printf '~Module signature appended~\n'
  } >"$3"
}
start() {
  "$bin/kmodern" kernel stop ring >/dev/null 2>&1 || true
  "$bin/kmodern" kernel start "$@" ring >/dev/null
}
refused() { # FILE WORDS...: what insmod says of it
  ! "$bin/insmod" "$1" 2>"$work/error" || fail "$1 loads"
  local word
  for word in "${@:2}"; do has "$(<"$work/error")" "$word"; done
}
taints() { "$bin/kmodern" cat /sys/module/hello/taint; }

key mine
key other
sign hello.ko mine good.ko
sign hello.ko mine by-key-id.ko -keyid
sign hello.ko other stranger.ko
python3 - <<'P'
data = bytearray(open("good.ko", "rb").read())
data[0xa0] ^= 1
open("flipped.ko", "wb").write(data)
data = open("good.ko", "rb").read()
open("parameters.ko", "wb").write(data[:-40] + b"\1" + data[-39:])
P
openssl x509 -in mine.pem -outform DER -out mine.der
unverified='hello: module verification failed: signature and/or required key missing - tainting kernel'

# Signatures are only looked at on demand.
start
"$bin/insmod" hello.ko
[[ $(taints) == O ]] || fail "a kernel without keys marks $(taints)"

start --key mine.pem
for file in good.ko by-key-id.ko; do
  "$bin/insmod" "$file"
  [[ $(taints) == O ]] || fail "$file is marked $(taints)"
  "$bin/rmmod" hello
done
hasnt "$("$bin/kmodern" dmesg)" "$unverified"
refused flipped.ko 'Key was rejected by service' "'mine key'" 'changed afterwards'
refused parameters.ko 'Bad message'
has "$("$bin/kmodern" dmesg)" 'module: PKCS#7 signature info has unexpected non-zero params'
for file in hello.ko stranger.ko; do
  "$bin/insmod" "$file"
  [[ $(taints) == OE ]] || fail "$file is marked $(taints)"
  "$bin/rmmod" hello
done
[[ $("$bin/kmodern" dmesg | grep -cF "$unverified") == 1 ]] || fail 'the line about verification does not stand there once'

start --key mine.der --signatures enforce
"$bin/insmod" good.ko
"$bin/rmmod" hello
refused hello.ko 'Key was rejected by service' 'is not signed'
has "$("$bin/kmodern" dmesg)" 'Loading of unsigned module is rejected'
refused stranger.ko "'other key'" "'mine key'"
has "$("$bin/kmodern" dmesg)" 'Loading of module with unavailable key is rejected'

sha256sum good.ko >revoked
start --key mine.pem --key other.pem --revoke revoked
refused good.ko 'Key was rejected by service' "$(cut -c 1-64 revoked)"
has "$("$bin/kmodern" dmesg)" "Module hash $(cut -c 1-64 revoked) is blacklisted"
"$bin/insmod" stranger.ko
[[ $(taints) == O ]] || fail 'one of two keys does not do'

"$bin/kmodern" kernel stop ring >/dev/null
! "$bin/kmodern" kernel start --key hello.ko ring 2>"$work/error" || fail 'a module is taken for a certificate'
has "$(<"$work/error")" 'has no X.509 certificate in it'
