#!/usr/bin/env bash
# A program that calls nfsservctl(2), as it is: the kernel asks for nfsd, which keeps what is exported to whom.
set -eu
. "$(dirname "$0")/lib.bash"
command -v cc >/dev/null || { echo "there is no C compiler"; exit 77; }
cat >"$work/nfsctl.c" <<'C'
/* nfsctl client NAME ADDRESS | export NAME PATH | unexport NAME PATH | handle ADDRESS PATH: nfsservctl(2)'s own structures. */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct argument {
	int version;
	union {
		struct { char ident[1025]; int addresses; struct in_addr list[16]; } client;
		struct { char client[1025], path[1025]; unsigned long device, inode; int flags; } export;
		struct { struct sockaddr from; char path[1025]; int version; } handle;
		char all[2088];
		unsigned long aligned;
	} u;
};

int main(int argc, char **argv)
{
	struct argument argument = { .version = 0x0201 };
	unsigned int result[17] = { 0 };
	int command = atoi(argv[1]);

	if (command == 1) {
		strcpy(argument.u.client.ident, argv[2]);
		argument.u.client.addresses = 1;
		argument.u.client.list[0].s_addr = inet_addr(argv[3]);
	} else if (command == 3 || command == 4) {
		strcpy(argument.u.export.client, argv[2]);
		strcpy(argument.u.export.path, argv[3]);
		argument.u.export.flags = argc > 4;
	} else {
		struct sockaddr_in from = { .sin_family = AF_INET, .sin_addr.s_addr = inet_addr(argv[2]) };

		memcpy(&argument.u.handle.from, &from, sizeof(argument.u.handle.from));
		strcpy(argument.u.handle.path, argv[3]);
	}
	if (syscall(SYS_nfsservctl, command, &argument, result) < 0) {
		printf("%s\n", strerrorname_np(errno));
		return 1;
	}
	if (command == 7)
		printf("%u\n", result[0]);
	return 0;
}
C
cc -D_GNU_SOURCE -o "$work/nfsctl" "$work/nfsctl.c"
build_modules nfsd
start_asking_kernel
call() { "$bin/kmodern" run -k "$KMODERN_KERNEL" -- "$work/nfsctl" "$@"; }
exports() { "$bin/kmodern" cat /proc/fs/nfs/exports; }
ADDCLIENT=1 EXPORT=3 UNEXPORT=4 GETFD=7

loaded ''
call $ADDCLIENT diskless 192.168.7.1
loaded nfsd
is "$(exports)" ''
call $EXPORT diskless /srv/root ro
call $EXPORT diskless /srv/home
is "$(exports)" $'/srv/root\tdiskless(ro)\n/srv/home\tdiskless(rw)'
is "$(call $GETFD 192.168.7.1 /srv/home)" 2
is "$(call $GETFD 192.168.7.2 /srv/home)" EPERM
is "$(call $EXPORT nobody /srv)" EINVAL
call $UNEXPORT diskless /srv/root
is "$(exports)" $'/srv/home\tdiskless(rw)'
all_away nfsd

# Without a server it is the call that today's Linux has: none.
echo 'install nfsd /bin/false' >>"$work/modprobe.d/test.conf"
is "$(call $ADDCLIENT diskless 192.168.7.1)" ENOSYS
