// The NFS server's system call: sdk/include/linux/nfsd/syscall.h. And its use: "nfsservctl"; an ioctl is the call, its number the
// command, its memory a struct nfsctl_arg and a union nfsctl_res behind it.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/nfsd/syscall.h>

#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

static int take_linkage_away(void *linkage);

static const struct owned_kind linkage_kind = {
	.one = "NFS server", .many = "NFS servers", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_linkage_away,
};

static DEFINE_MUTEX(linkage_lock);
static const struct nfsd_linkage *server;

int nfsd_register_linkage(const struct nfsd_linkage *linkage)
{
	const void *code = linkage->do_nfsservctl;
	int error = 0;

	mutex_lock(&linkage_lock);
	if (server)
		error = -EBUSY;
	else
		server = linkage;
	mutex_unlock(&linkage_lock);
	if (!error)
		owned_acquire(&linkage_kind, linkage, NULL, code, 0);
	return error;
}
EXPORT_SYMBOL(nfsd_register_linkage);

void nfsd_unregister_linkage(const struct nfsd_linkage *linkage)
{
	bool there;

	mutex_lock(&linkage_lock);
	there = server == linkage;
	if (there)
		server = NULL;
	mutex_unlock(&linkage_lock);
	if (!WARN_ON(!there))
		owned_release(&linkage_kind, linkage);
}
EXPORT_SYMBOL(nfsd_unregister_linkage);

static int take_linkage_away(void *linkage)
{
	nfsd_unregister_linkage(linkage);
	return 0;
}

/* True if the file is served by the server now, whose module is kept until the file is closed. */
static bool serve(struct file *file)
{
	const struct nfsd_linkage *linkage;

	mutex_lock(&linkage_lock);
	linkage = server;
	if (linkage && !file_serve(file, linkage->owner, linkage->do_nfsservctl))
		linkage = NULL;
	mutex_unlock(&linkage_lock);
	file->private_data = (void *)linkage;
	return linkage;
}

/* sys_nfsservctl(), fs/filesystems.c of Linux 2.4. */
static int use_open(struct inode *inode, struct file *file)
{
	if (serve(file))
		return 0;
	kapi_request("nfsservctl", "nfsd");
	return serve(file) ? 0 : -ENOSYS;
}

static long use_ioctl(struct file *file, unsigned int command, unsigned long argument)
{
	const struct nfsd_linkage *linkage = file->private_data;
	struct nfsctl_arg __user *memory = (void __user *)argument;

	return linkage->do_nfsservctl(command, memory, (void __user *)(memory + 1));
}

const struct file_operations nfsd_use = {
	.open = use_open,
	.unlocked_ioctl = use_ioctl,
};
