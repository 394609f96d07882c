#ifndef _LINUX_NFSD_SYSCALL_H
#define _LINUX_NFSD_SYSCALL_H

#include <linux/socket.h>
#include <linux/types.h>

/* nfsservctl(2), by which programs told Linux' NFS server what it serves, up to Linux 3.0. */

#define NFSCTL_VERSION 0x0201

/* Its commands. */
#define NFSCTL_SVC 0		/* start so many threads on a port */
#define NFSCTL_ADDCLIENT 1
#define NFSCTL_DELCLIENT 2
#define NFSCTL_EXPORT 3
#define NFSCTL_UNEXPORT 4
#define NFSCTL_UGIDUPDATE 5
#define NFSCTL_GETFH 6
#define NFSCTL_GETFD 7		/* the file handle of a path, for a client's address */
#define NFSCTL_GETFS 8		/* the same, of at most so many bytes */

#define NFSCLNT_IDMAX 1024
#define NFSCLNT_ADDRMAX 16
#define NFSCLNT_KEYMAX 32
#define NFS_MAXPATHLEN 1024
#define NFS_FHSIZE 32
#define NFS3_FHSIZE 64

struct in_addr {
	u32 s_addr;		/* in the network's byte order */
};

struct nfsctl_svc {
	unsigned short svc_port;
	int svc_nthreads;
};

struct nfsctl_client {
	char cl_ident[NFSCLNT_IDMAX + 1];
	int cl_naddr;
	struct in_addr cl_addrlist[NFSCLNT_ADDRMAX];
	int cl_fhkeytype;
	int cl_fhkeylen;
	unsigned char cl_fhkey[NFSCLNT_KEYMAX];
};

#define NFSEXP_READONLY 0x0001

struct nfsctl_export {
	char ex_client[NFSCLNT_IDMAX + 1];
	char ex_path[NFS_MAXPATHLEN + 1];
	unsigned long ex_dev;
	unsigned long ex_ino;
	int ex_flags;		/* NFSEXP_READONLY... */
	unsigned int ex_anon_uid;
	unsigned int ex_anon_gid;
};

struct nfsctl_fdparm {
	struct sockaddr gd_addr;
	char gd_path[NFS_MAXPATHLEN + 1];
	int gd_version;
};

struct nfsctl_fsparm {
	struct sockaddr gd_addr;
	char gd_path[NFS_MAXPATHLEN + 1];
	int gd_maxlen;
};

struct nfsctl_arg {
	int ca_version;		/* NFSCTL_VERSION */
	union {
		struct nfsctl_svc u_svc;
		struct nfsctl_client u_client;
		struct nfsctl_export u_export;
		struct nfsctl_fdparm u_getfd;
		struct nfsctl_fsparm u_getfs;
	} u;
};

struct knfsd_fh {
	unsigned int fh_size;
	unsigned char fh_bytes[NFS3_FHSIZE];
};

union nfsctl_res {
	u8 cr_getfh[NFS_FHSIZE];
	struct knfsd_fh cr_getfs;
};

/* The server. Its call gets the program's memory, and gives what nfsservctl(2) returns. */
struct nfsd_linkage {
	struct module *owner;	/* kept while it runs; always set it to THIS_MODULE */
	long (*do_nfsservctl)(int command, struct nfsctl_arg __user *argument, union nfsctl_res __user *result);
};

/**
 * nfsd_register_linkage - calls of nfsservctl(2) go there from now on, and ask for the module nfsd no more
 *
 * -EBUSY if there is a server. Context: may sleep. In Linux 2.4 a pointer, nfsd_linkage, that the module
 * set: fs/filesystems.c, fs/nfsd/nfsctl.c.
 */
int __must_check nfsd_register_linkage(const struct nfsd_linkage *linkage);
void nfsd_unregister_linkage(const struct nfsd_linkage *linkage);

#endif
