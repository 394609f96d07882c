# printf and malloc in a module: the build says what a module uses, and goes on.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
write_module "$work/m" wrong 'extern int printf(const char *, ...); extern void *malloc(unsigned long); printf("%p\n", malloc(3));'
echo 'obj-m := wrong.o' > "$work/m/Makefile"
sdk_make "$work/m" modules > "$work/out" 2>&1 || fail "$(cat "$work/out")"
grep -q 'Unknown symbol printf: that is a C library function; in a module use printk$' "$work/out" || fail "$(cat "$work/out")"
grep -q 'Unknown symbol malloc: that is a C library function; in a module use kmalloc' "$work/out" || fail "$(cat "$work/out")"
