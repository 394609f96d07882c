#!/usr/bin/env bash
# kmodern run: a program that makes the module system calls of Linux 2.4 by their numbers, as insmod did then.
set -eu
kmodern=$KMODERN_BIN/kmodern
[[ -x $KMODERN_BIN/../libexec/kmodern/ukernel ]] || { echo "no ukernel program in this build"; exit 77; }
[[ $(uname -m) == x86_64 ]] || { echo "x86-64 only"; exit 77; }
work=$(mktemp -d)
export XDG_RUNTIME_DIR=$work/runtime KMODERN_KERNEL=user:classic
mkdir -m 700 "$work/runtime"
trap '"$kmodern" kernel stop classic >/dev/null 2>&1 || true; rm -rf "$work"' EXIT

cat > "$work/program.c" <<'END'
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* struct module, in words. */
enum { SIZE_OF_STRUCT, NEXT, NAME, SIZE, USECOUNT, FLAGS, INIT = 10, CLEANUP, ARCHDATA = 20, WORDS = 23 };

static int failures;
static void same(long got, long want, const char *what)
{
	if (got == want)
		return;
	printf("%s: got %ld (%s), want %ld\n", what, got, strerror(errno), want);
	failures++;
}
#define FAILS(call, error) (errno = 0, same((call), -1, #call), same(errno, (error), #call))

static long create(const char *name, unsigned long size) { return syscall(SYS_create_module, name, size); }
static long init(const char *name, void *image) { return syscall(SYS_init_module, name, image); }
static long query(const char *name, int which, void *buffer, size_t size, size_t *result)
{
	return syscall(SYS_query_module, name, which, buffer, size, result);
}

int main(void)
{
	static char image[0x2000] __attribute__((aligned(4096)));
	unsigned long *module = (unsigned long *)image;
	unsigned long pages[3] = { 0x1000, 0x1000, 0 }, info[4];
	char names[64], many[5000];
	size_t result = 0;

	memset(many, 'x', sizeof many);
	FAILS(create((char *)8, 8192), EFAULT);
	FAILS(create(many, 8192), ENAMETOOLONG);
	FAILS(create("", 8192), EINVAL);
	FAILS(create("raw", 100), EINVAL);
	FAILS(create("raw", 1ul << 40), ENOMEM);
	long address = create("raw", sizeof image);
	same(address > 0x1000 && address < 1l << 31, 1, "the address");
	FAILS(create("raw", 8192), EEXIST);

	module[SIZE_OF_STRUCT] = WORDS * 8;
	module[SIZE] = sizeof image;
	module[FLAGS] = 4;	/* AUTOCLEAN */
	module[NAME] = address + 0x200;
	strcpy(image + 0x200, "raw");
	memcpy(image + 0x300, pages, sizeof pages);
	module[ARCHDATA] = address + 0x300;
	module[ARCHDATA + 1] = module[ARCHDATA] + sizeof pages;
	module[INIT] = address + 0x1000;
	memcpy(image + 0x1000, "\x31\xc0\xc3", 3);	/* return 0 */
	FAILS(init("raw", (void *)8), EFAULT);
	module[CLEANUP] = 0x1000;
	FAILS(init("raw", image), EINVAL);
	module[CLEANUP] = address + 0x1000;
	same(init("raw", image), 0, "init_module");

	same(query(NULL, 0, NULL, 0, NULL), 0, "probe");
	FAILS(query("nothing", 0, NULL, 0, NULL), ENOENT);
	FAILS(query(NULL, 5, info, sizeof info, &result), EINVAL);
	FAILS(query(NULL, 1, names, 3, &result), ENOSPC);
	same(result, 4, "the bytes that are needed");
	same(query(NULL, 1, names, sizeof names, &result), 0, "QM_MODULES");
	same(result == 1 && strcmp(names, "raw") == 0, 1, "its answer");
	same(query("raw", 5, info, sizeof info, &result), 0, "QM_INFO");
	same(info[0], address, "its address");
	same(info[2], 1 | 4, "its flags");
	same(syscall(SYS_get_kernel_syms, NULL) > 10, 1, "get_kernel_syms");
	FAILS(syscall(SYS_get_kernel_syms, 8), EFAULT);

	same(syscall(SYS_delete_module, NULL, 0), 0, "the sweep");
	same(query("raw", 0, NULL, 0, NULL), 0, "what was never used stays");
	same(syscall(SYS_delete_module, "raw", 0), 0, "delete_module");
	FAILS(syscall(SYS_delete_module, "raw", 0), ENOENT);
	return failures != 0;
}
END
gcc -Wall -Wno-nonnull -o "$work/program" "$work/program.c"
"$kmodern" kernel start classic >/dev/null
"$kmodern" run -k user:classic -- "$work/program"
"$kmodern" dmesg | grep -qF 'init_module: mod->cleanup out of bounds.' || { "$kmodern" dmesg; exit 1; }
