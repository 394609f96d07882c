# The same source has the same versions of its symbols by gcc and by clang, which describe many types in different ways.
. "$(dirname "$0")/lib/common.sh"
gcc=$(command -v gcc-12 || command -v gcc) || { echo "skipped: no gcc"; exit 77; }
clang=$(command -v clang-19 || command -v clang) || { echo "skipped: no clang"; exit 77; }
mkdir "$work/gcc"
cat > "$work/gcc/many.c" <<'EOF2'
#include <linux/module.h>
#include <linux/fs.h>
#include <linux/netdevice.h>
#include <linux/wait.h>

struct later;
typedef char table_t[8];
typedef const struct { int x; } opaque_t;
typedef const volatile int sensor_t;
enum color { RED, GREEN = 5, BLUE = -1 };
enum wide { WIDE = 0x1ffffffffULL };
union either { int number; char text[3][4]; struct later *later; } __aligned(16);

struct many {
	unsigned int low : 3, high : 5;
	unsigned long long wide : 40;
	_Bool flag : 1;
	union { struct { short a, b; }; int both; };
	const char *const volatile name;
	volatile const int state;
	int (*call)(struct many *, const void *restrict, ...);
	void (*old_style)();
	int (*(*gives)(int))(char);
	const int grid[3][2];
	const char *const names[3];
	int none[0];
	table_t table;
	const table_t fixed;
	opaque_t *opaque;
	sensor_t sensor;
	enum color color;
	enum wide most;
	union either either;
	unsigned __int128 huge;
	wait_queue_head_t queue;
	int tail[];
};

int of_many(struct many *many) { return 0; }
EXPORT_SYMBOL(of_many);
struct file *of_file(struct file *file, struct inode *inode) { return file; }
EXPORT_SYMBOL_GPL(of_file);
void of_net(struct net_device *device, struct sk_buff *skb) { }
EXPORT_SYMBOL(of_net);
const int qualified(const int a, volatile char b, sensor_t c, int *const restrict d) { return a; }
EXPORT_SYMBOL(qualified);
char *const pointer(int a[3], table_t *b, char (*c)[8], int n, int d[n]) { return NULL; }
EXPORT_SYMBOL(pointer);
sensor_t renamed(void) { return 0; }
EXPORT_SYMBOL(renamed);
int old_style() { return 0; }
EXPORT_SYMBOL(old_style);
struct later *variadic(struct later **later, void (*each)(struct later *), ...) { return *later; }
EXPORT_SYMBOL(variadic);
void __noreturn never(void) { for (;;); }
EXPORT_SYMBOL(never);
const char *const words[] = { "a", "b" };
EXPORT_SYMBOL(words);
const char text[] = "abc";
EXPORT_SYMBOL(text);
volatile int matrix[2][2];
EXPORT_SYMBOL(matrix);
int (*const functions[])(int) = { NULL };
EXPORT_SYMBOL(functions);
opaque_t opaques[2];
EXPORT_SYMBOL(opaques);
MODULE_LICENSE("GPL");
EOF2
echo 'obj-m := many.o' > "$work/gcc/Makefile"
cp -r "$work/gcc" "$work/clang"
for compiler in gcc clang; do
  sdk_make "$work/$compiler" modules CC="${!compiler}" > "$work/said" 2>&1 || fail "$(cat "$work/said")"
  # Those of the SDK's own functions, too: modpost compares them with the kernel's.
  ! grep -q "WARNING: modpost" "$work/said" || fail "$compiler: $(cat "$work/said")"
done
[ "$(wc -l < "$work/gcc/Module.symvers")" = 14 ] || fail "not all symbols have a version"
diff <(cut -f 1,2 "$work/gcc/Module.symvers") <(cut -f 1,2 "$work/clang/Module.symvers") || fail "gcc and clang differ"
