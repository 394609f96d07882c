// SPDX-License-Identifier: MIT
/*
 * What an NFS server knows: its clients, what is exported to whom, and the file handle of each export. Programs tell it by
 * nfsservctl(2), and /proc/fs/nfs/exports shows it. There is no network here: it has no threads that answer one.
 */
#include <linux/capability.h>
#include <linux/list.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/nfsd/syscall.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

struct client {
	struct list_head list;
	struct list_head exports;
	struct nfsctl_client is;
};

struct export {
	struct list_head list;
	u32 number;		/* never given again: an old handle means nothing else */
	struct nfsctl_export is;
};

static DEFINE_MUTEX(lock);	/* over what follows */
static LIST_HEAD(clients);
static u32 last_number;

static struct client *find_client(const char *ident)
{
	struct client *client;

	list_for_each_entry(client, &clients, list)
		if (!strcmp(client->is.cl_ident, ident))
			return client;
	return NULL;
}

static struct client *find_address(u32 address)
{
	struct client *client;

	list_for_each_entry(client, &clients, list)
		for (int i = 0; i < client->is.cl_naddr; i++)
			if (client->is.cl_addrlist[i].s_addr == address)
				return client;
	return NULL;
}

static struct export *find_export(struct client *client, const char *path)
{
	struct export *export;

	list_for_each_entry(export, &client->exports, list)
		if (!strcmp(export->is.ex_path, path))
			return export;
	return NULL;
}

static void drop_client(struct client *client)
{
	struct export *export, *next;

	list_for_each_entry_safe(export, next, &client->exports, list)
		kfree(export);
	list_del(&client->list);
	kfree(client);
}

static long add_client(const struct nfsctl_client *is)
{
	struct client *client = find_client(is->cl_ident);

	if (!is->cl_ident[0] || is->cl_naddr < 1 || is->cl_naddr > NFSCLNT_ADDRMAX)
		return -EINVAL;
	if (!client) {
		client = kzalloc(sizeof(*client), GFP_KERNEL);
		if (!client)
			return -ENOMEM;
		INIT_LIST_HEAD(&client->exports);
		list_add_tail(&client->list, &clients);
	}
	client->is = *is;
	return 0;
}

static long delete_client(const struct nfsctl_client *is)
{
	struct client *client = find_client(is->cl_ident);

	if (!client)
		return -EINVAL;
	drop_client(client);
	return 0;
}

static long add_export(const struct nfsctl_export *is)
{
	struct client *client = find_client(is->ex_client);
	struct export *export;

	if (!client || is->ex_path[0] != '/')
		return -EINVAL;
	export = find_export(client, is->ex_path);
	if (!export) {
		export = kzalloc(sizeof(*export), GFP_KERNEL);
		if (!export)
			return -ENOMEM;
		export->number = ++last_number;
		list_add_tail(&export->list, &client->exports);
	}
	export->is = *is;
	return 0;
}

static long delete_export(const struct nfsctl_export *is)
{
	struct client *client = find_client(is->ex_client);
	struct export *export = client ? find_export(client, is->ex_path) : NULL;

	if (!export)
		return -EINVAL;
	list_del(&export->list);
	kfree(export);
	return 0;
}

/* A handle is the server's own affair (RFC 1094, 2.3.3): here the export's number. */
static long get_handle(const struct sockaddr *from, const char *path, u32 *handle)
{
	struct client *client;
	struct export *export;
	u32 address;

	memcpy(&address, from->sa_data + 2, sizeof(address));
	client = from->sa_family == AF_INET ? find_address(address) : NULL;
	export = client ? find_export(client, path) : NULL;
	if (!export)
		return -EPERM;
	*handle = export->number;
	return 0;
}

static long give_handle(int command, const struct nfsctl_arg *argument, union nfsctl_res __user *to)
{
	union nfsctl_res result = {};
	u32 handle;
	long error;

	if (command == NFSCTL_GETFS && argument->u.u_getfs.gd_maxlen < (int)sizeof(handle))
		return -EINVAL;
	/* Both arguments begin alike. */
	error = get_handle(&argument->u.u_getfd.gd_addr, argument->u.u_getfd.gd_path, &handle);
	if (error)
		return error;
	if (command == NFSCTL_GETFS)
		result.cr_getfs.fh_size = sizeof(handle);
	memcpy(command == NFSCTL_GETFS ? result.cr_getfs.fh_bytes : result.cr_getfh, &handle, sizeof(handle));
	return copy_to_user(to, &result, sizeof(result)) ? -EFAULT : 0;
}

static long carry_out(int command, struct nfsctl_arg *argument, union nfsctl_res __user *result)
{
	switch (command) {
	case NFSCTL_ADDCLIENT:
		return add_client(&argument->u.u_client);
	case NFSCTL_DELCLIENT:
		return delete_client(&argument->u.u_client);
	case NFSCTL_EXPORT:
		return add_export(&argument->u.u_export);
	case NFSCTL_UNEXPORT:
		return delete_export(&argument->u.u_export);
	case NFSCTL_GETFD:
	case NFSCTL_GETFS:
		return give_handle(command, argument, result);
	case NFSCTL_SVC:
		return -EAFNOSUPPORT;	/* no network */
	}
	return -EINVAL;
}

/* Texts that a program gave end somewhere. */
static void end_texts(int command, struct nfsctl_arg *argument)
{
	switch (command) {
	case NFSCTL_ADDCLIENT:
	case NFSCTL_DELCLIENT:
		argument->u.u_client.cl_ident[NFSCLNT_IDMAX] = 0;
		break;
	case NFSCTL_EXPORT:
	case NFSCTL_UNEXPORT:
		argument->u.u_export.ex_client[NFSCLNT_IDMAX] = 0;
		argument->u.u_export.ex_path[NFS_MAXPATHLEN] = 0;
		break;
	case NFSCTL_GETFD:
	case NFSCTL_GETFS:
		argument->u.u_getfd.gd_path[NFS_MAXPATHLEN] = 0;
		break;
	}
}

static long nfsd_call(int command, struct nfsctl_arg __user *from, union nfsctl_res __user *result)
{
	struct nfsctl_arg *argument;
	long error;

	if (!capable(CAP_SYS_ADMIN))
		return -EPERM;
	argument = memdup_user(from, sizeof(*argument));
	if (IS_ERR(argument))
		return PTR_ERR(argument);
	end_texts(command, argument);
	mutex_lock(&lock);
	error = argument->ca_version == NFSCTL_VERSION ? carry_out(command, argument, result) : -EINVAL;
	mutex_unlock(&lock);
	kfree(argument);
	return error;
}

static const struct nfsd_linkage linkage = {
	.owner = THIS_MODULE,
	.do_nfsservctl = nfsd_call,
};

static int exports_show(struct seq_file *m, void *v)
{
	struct client *client;
	struct export *export;

	mutex_lock(&lock);
	list_for_each_entry(client, &clients, list)
		list_for_each_entry(export, &client->exports, list)
			seq_printf(m, "%s\t%s(%s)\n", export->is.ex_path, client->is.cl_ident,
				   export->is.ex_flags & NFSEXP_READONLY ? "ro" : "rw");
	mutex_unlock(&lock);
	return 0;
}

static int __init nfsd_init(void)
{
	struct proc_dir_entry *folder = proc_mkdir("fs/nfs", NULL);
	int error = -ENOMEM;

	if (folder && proc_create_single("exports", 0444, folder, exports_show))
		error = nfsd_register_linkage(&linkage);
	if (error)
		remove_proc_subtree("fs/nfs", NULL);
	return error;
}

static void __exit nfsd_exit(void)
{
	struct client *client, *next;

	nfsd_unregister_linkage(&linkage);
	remove_proc_subtree("fs/nfs", NULL);
	list_for_each_entry_safe(client, next, &clients, list)
		drop_client(client);
}

module_init(nfsd_init);
module_exit(nfsd_exit);

MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("What an NFS server exports to whom");
