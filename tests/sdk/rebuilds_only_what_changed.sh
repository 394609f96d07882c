# A second make does nothing; a header rebuilds those who include it; an option rebuilds what it is given to.
. "$(dirname "$0")/lib/common.sh"
mkdir "$work/m"
write_module "$work/m" a
write_module "$work/m" b
echo '/* one */' > "$work/m/a.h"
sed -i '1i #include "a.h"' "$work/m/a.c"
echo 'obj-m := a.o b.o' > "$work/m/Makefile"
steps() { sdk_make "$work/m" "$@" | grep -E '^  (CC|LD|MODPOST)' | sed "s#$work/m/##" | tr '\n' ' '; }
steps > /dev/null
[ -z "$(steps)" ] || fail "a second make did something: $(steps)"
sleep 0.01
echo '/* two */' > "$work/m/a.h"
did=$(steps)
case $did in *"CC [M]  a.o"*) ;; *) fail "a.o was not rebuilt: $did" ;; esac
case $did in *" b.o"*) fail "b.o was rebuilt: $did" ;; esac
did=$(steps KCFLAGS=-DX)
case $did in *"CC [M]  b.o"*) ;; *) fail "another option did not rebuild b.o: $did" ;; esac
steps > /dev/null
[ -z "$(steps)" ] || fail "a make after that did something"
