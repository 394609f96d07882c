# The makefile that every book shows, with both of its halves, and a module in it.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
write_module "$work/m" plain 'pr_info("loaded\n");'
cat > "$work/m/Makefile" <<'EOF'
ifneq ($(KERNELRELEASE),)
obj-m := plain.o
else
KDIR ?= /lib/modules/$(shell uname -r)/build
PWD := $(shell pwd)
default:
	$(MAKE) -C $(KDIR) M=$(PWD) modules
clean:
	$(MAKE) -C $(KDIR) M=$(PWD) clean
endif
EOF
make -C "$work/m" KDIR="$source_dir/sdk"
[ "$("$KMODERN_BIN/modinfo" -F name "$work/m/plain.ko")" = plain ] || fail "name= is wrong"
[ "$("$KMODERN_BIN/modinfo" -F license "$work/m/plain.ko")" = GPL ] || fail "license= is wrong"
"$KMODERN_BIN/modinfo" -F vermagic "$work/m/plain.ko" | grep -q '^6\.1\.0-kmodern SMP mod_unload' || fail "vermagic= is wrong"
make -C "$work/m" KDIR="$source_dir/sdk" clean
[ "$(ls -A "$work/m")" = "$(printf 'Makefile\nplain.c')" ] || fail "clean left $(ls -A "$work/m")"
