// A socket: "socket" FAMILY TYPE PROTOCOL [bind ADDRESS] [connect ADDRESS]. A write is a message; a read gives
// the next one, and waits for it if nothing has been sent or received yet.
#include <linux/kernel.h>
#include <linux/kstrtox.h>
#include <linux/uaccess.h>

#include "sockets.h"
#include "subsystems.h"

struct use {
	struct socket socket;
	bool used;		/* something was sent or received */
};

static int type_of(const char *word)
{
	static const struct {
		const char *name;
		enum sock_type type;
	} types[] = { { "stream", SOCK_STREAM }, { "dgram", SOCK_DGRAM }, { "raw", SOCK_RAW },
		      { "rdm", SOCK_RDM }, { "seqpacket", SOCK_SEQPACKET } };
	int number;

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (!strcmp(types[i].name, word))
			return types[i].type;
	return kstrtoint(word, 0, &number) ? -EINVAL : number;
}

/* The address is what follows the family, as its text. */
static int call(struct socket *socket, int (*function)(struct socket *, struct sockaddr *, int), int family,
		const char *text)
{
	struct sockaddr_storage address = { .ss_family = family };
	size_t length = strlen(text);

	if (!function)
		return -EOPNOTSUPP;
	if (length > sizeof(address.__data))
		return -EINVAL;
	memcpy(address.__data, text, length);
	return function(socket, (struct sockaddr *)&address, sizeof(sa_family_t) + length);
}

static int connect(struct socket *socket, struct sockaddr *address, int size)
{
	return socket->ops->connect ? socket->ops->connect(socket, address, size, 0) : -EOPNOTSUPP;
}

static int prepare(struct socket *socket, const struct use_request *request, int family)
{
	int error = 0;

	for (int n = 4; n + 1 < request->count && !error; n += 2) {
		if (!strcmp(use_word(request, n), "bind"))
			error = call(socket, socket->ops->bind, family, use_word(request, n + 1));
		else if (!strcmp(use_word(request, n), "connect"))
			error = call(socket, connect, family, use_word(request, n + 1));
		else
			error = -EINVAL;
	}
	return error;
}

static int use_open(struct inode *inode, struct file *file)
{
	const struct use_request *request = use_request(file);
	int family, protocol, error;
	struct use *use;

	if (kstrtoint(use_word(request, 1), 0, &family) || kstrtoint(use_word(request, 3), 0, &protocol) ||
	    request->count % 2)
		return -EINVAL;
	use = platform_alloc(sizeof(*use), 16, 1);
	if (!use)
		return -ENOMEM;
	error = socket_create(&use->socket, family, type_of(use_word(request, 2)), protocol, file);
	if (!error)
		error = prepare(&use->socket, request, family);
	file->private_data = use;
	if (error) {
		socket_release(&use->socket);
		platform_free(use);
	}
	return error;
}

static ssize_t use_read(struct file *file, char __user *to, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	struct iovec memory = { to, size };
	struct msghdr message = {};
	int flags = use->used ? MSG_DONTWAIT : 0, result;

	if (!use->socket.ops->recvmsg)
		return -EOPNOTSUPP;
	iov_iter_init(&message.msg_iter, ITER_DEST, &memory, 1, size);
	result = use->socket.ops->recvmsg(&use->socket, &message, size, flags);
	if (result == -EAGAIN && flags)
		return 0;
	if (result >= 0)
		use->used = true;
	return result;
}

static ssize_t use_write(struct file *file, const char __user *from, size_t size, loff_t *position)
{
	struct use *use = file->private_data;
	struct iovec memory = { (char __user *)from, size };
	struct msghdr message = {};

	if (!use->socket.ops->sendmsg)
		return -EOPNOTSUPP;
	use->used = true;
	iov_iter_init(&message.msg_iter, ITER_SOURCE, &memory, 1, size);
	return use->socket.ops->sendmsg(&use->socket, &message, size);
}

static int use_release(struct inode *inode, struct file *file)
{
	struct use *use = file->private_data;

	socket_release(&use->socket);
	platform_free(use);
	return 0;
}

const struct file_operations socket_use = {
	.open = use_open,
	.read = use_read,
	.write = use_write,
	.release = use_release,
};
