#!/usr/bin/env bash
# The Debian packages can stand beside kmod's, run from where they are unpacked, and serve a C++ program.
set -euo pipefail
[[ -z ${KMODERN_SANITIZE:-} ]] || { echo "not packaged with sanitizers"; exit 77; }
command -v dpkg-deb dpkg-shlibdeps cpack >/dev/null || { echo "dpkg-dev is not installed"; exit 77; }
scratch=$(mktemp -d)
kernel=package-$$
trap '"$scratch"/root/usr/bin/kmodern kernel stop $kernel >/dev/null 2>&1 || true; rm -rf "$scratch"' EXIT
die() { echo "$*"; exit 1; }

cmake --build "$KMODERN_BUILD_DIR" >"$scratch/build.log" 2>&1 || { cat "$scratch/build.log"; die "the build failed"; }
(cd "$scratch" && cpack -G DEB --config "$KMODERN_BUILD_DIR/CPackConfig.cmake" -B "$scratch" >cpack.log 2>&1) ||
  { cat "$scratch/cpack.log"; die "cpack failed"; }
for deb in "$scratch"/*.deb; do
  dpkg-deb -x "$deb" "$scratch/root"
done
usr=$scratch/root/usr

# Beside kmod: no file of ours is one of theirs.
(cd "$scratch/root" && find . ! -type d | sed 's|^\.||' | sort) >"$scratch/ours"
grep -q /usr/bin/kmodern "$scratch/ours" || die "no /usr/bin/kmodern in the package"
for package in kmod libkmod2 libkmod-dev bash-completion; do
  dpkg -L "$package" 2>/dev/null || true
done | sort >"$scratch/theirs"
common=$(comm -12 "$scratch/ours" "$scratch/theirs" | while read -r f; do [[ -d $f ]] || echo "$f"; done)
[[ -z $common ]] || die "files of other packages: $common"

# Every tool is there and runs; every page is found.
[[ $("$usr/bin/kmodern" --version) == kmodern\ [0-9]* ]] || die "kmodern --version"
for tool in insmod rmmod lsmod modinfo modprobe depmod; do
  [[ -x $usr/lib/kmodern/bin/$tool ]] || die "no $tool"
  "$usr/lib/kmodern/bin/$tool" --version >"$scratch/version" || die "$tool --version: $(cat "$scratch/version")"
  [[ -e $usr/lib/kmodern/share/man/man8/$tool.8 ]] || die "no page $tool.8"
done

# The user-space kernel of the package runs; modules build with the SDK of the package.
"$usr/bin/kmodern" kernel start $kernel
[[ $("$usr/lib/kmodern/bin/lsmod" --kernel user:$kernel) == Module* ]] || die "lsmod of the user-space kernel"
cp -r "$usr/share/kmodern/examples" "$scratch/examples"
make -s -C "$usr/share/kmodern/sdk" M="$scratch/examples" modules >"$scratch/make.log" 2>&1 ||
  { cat "$scratch/make.log"; die "the SDK of the package does not build the examples"; }
ls "$scratch"/examples/*.ko >/dev/null
"$usr/bin/kmodern" kernel stop $kernel

# A C++ program by pkg-config alone.
cat >"$scratch/program.cc" <<'CC'
#include <kmodern/kernel/kernel.h>
#include <cstdio>
int main() {
  auto kernel = kmodern::kernel::open("record");
  if (!kernel) return 1;
  std::puts((*kernel)->describe().c_str());
}
CC
config=$(find "$usr" -name kmodern.pc)
flags=$(PKG_CONFIG_PATH=$(dirname "$config") pkg-config --define-variable=prefix="$usr" --cflags --libs kmodern)
# shellcheck disable=SC2086 # flags are words
g++ -std=c++23 "$scratch/program.cc" -o "$scratch/program" $flags
[[ $("$scratch/program") == record ]] || die "the program of the library does not run"
