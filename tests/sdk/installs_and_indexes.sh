# modules_install copies to INSTALL_MOD_PATH and runs depmod there.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
write_module "$work/m" plain
echo 'obj-m := plain.o' > "$work/m/Makefile"
sdk_make "$work/m" modules
sdk_make "$work/m" INSTALL_MOD_PATH="$work/root" modules_install
tree=$work/root/lib/modules/6.1.0-kmodern
[ -f "$tree/updates/plain.ko" ] || fail "plain.ko was not installed"
grep -q '^updates/plain.ko:' "$tree/modules.dep" || fail "modules.dep: $(cat "$tree/modules.dep")"
