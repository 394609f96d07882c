// Families of protocols and what their sockets are made of: sdk/include/linux/net.h, sock.h.
#include <linux/export.h>
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/sock.h>
#include <linux/uaccess.h>

#include "sockets.h"
#include "subsystems.h"
#include "ukernel/core/native/api/kernel/request.h"

#define MOST_QUEUED 1024	/* packets of a socket */

struct net {
	int unused;
};
struct net init_net;
EXPORT_SYMBOL(init_net);

static int take_family_away(void *family);
static int take_protocol_away(void *protocol);

static const struct owned_kind family_kind = {
	.one = "protocol family", .many = "protocol families", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_family_away,
};

static const struct owned_kind protocol_kind = {
	.one = "protocol", .many = "protocols", .fate = "unregistered", .order = OWNED_CALLS,
	.take_away = take_protocol_away,
};

static DEFINE_MUTEX(families_lock);
static const struct net_proto_family *families[NPROTO];
static LIST_HEAD(protocols);

int sock_register(const struct net_proto_family *family)
{
	int number = family->family, error = 0;
	char name[16];

	if (number < 0 || number >= NPROTO) {
		pr_crit("protocol %d >= NPROTO(%d)\n", number, NPROTO);
		return -ENOBUFS;
	}
	mutex_lock(&families_lock);
	if (families[number])
		error = -EEXIST;
	else
		families[number] = family;
	mutex_unlock(&families_lock);
	if (error)
		return error;
	snprintf(name, sizeof(name), "%d", number);
	owned_acquire(&family_kind, &families[number], name, family->create, 0);
	return 0;
}
EXPORT_SYMBOL(sock_register);

void sock_unregister(int family)
{
	if (WARN_ON(family < 0 || family >= NPROTO))
		return;
	mutex_lock(&families_lock);
	families[family] = NULL;
	mutex_unlock(&families_lock);
	owned_release(&family_kind, &families[family]);
}
EXPORT_SYMBOL(sock_unregister);

static int take_family_away(void *family)
{
	sock_unregister((const struct net_proto_family **)family - families);
	return 0;
}

static const struct net_proto_family *get_family(int number)
{
	const struct net_proto_family *family;

	mutex_lock(&families_lock);
	family = families[number];
	if (family && !kapi_module_get(family->owner))
		family = NULL;
	mutex_unlock(&families_lock);
	return family;
}

/* __sock_create(), net/socket.c. */
int socket_create(struct socket *socket, int number, int type, int protocol, struct file *file)
{
	const struct net_proto_family *family;
	char cause[48];
	int error;

	if (number < 0 || number >= NPROTO)
		return -EAFNOSUPPORT;
	if (type < 0 || type >= SOCK_MAX)
		return -EINVAL;
	family = get_family(number);
	if (!family) {
		snprintf(cause, sizeof(cause), "socket of family %d", number);
		kapi_request(cause, "net-pf-%d", number);
		family = get_family(number);
	}
	if (!family)
		return -EAFNOSUPPORT;
	socket->state = SS_UNCONNECTED;
	socket->type = type;
	socket->file = file;
	error = family->create(&init_net, socket, protocol, 0);
	if (error)
		socket->ops = NULL;
	if (!error && !file_serve(file, socket->ops->owner, socket->ops)) {
		socket_release(socket);
		error = -EAFNOSUPPORT;
	}
	kapi_module_put(family->owner);
	return error;
}

void socket_release(struct socket *socket)
{
	const struct proto_ops *ops = socket->ops;

	socket->ops = NULL;
	if (ops && ops->release)
		ops->release(socket);
}

int proto_register(struct proto *protocol, int alloc_slab)
{
	struct proto *other;
	int error = 0;

	if (protocol->obj_size < sizeof(struct sock))
		return -EINVAL;
	mutex_lock(&families_lock);
	list_for_each_entry(other, &protocols, node)
		if (other == protocol)
			error = -EBUSY;
	if (!error)
		list_add_tail(&protocol->node, &protocols);
	mutex_unlock(&families_lock);
	if (!error)
		owned_acquire(&protocol_kind, protocol, protocol->name, NULL, 0);
	return error;
}
EXPORT_SYMBOL(proto_register);

void proto_unregister(struct proto *protocol)
{
	struct proto *other;
	bool found = false;

	mutex_lock(&families_lock);
	list_for_each_entry(other, &protocols, node)
		if (other == protocol) {
			list_del(&protocol->node);
			found = true;
			break;
		}
	mutex_unlock(&families_lock);
	if (!WARN(!found, "protocol %.32s is not registered\n", protocol->name))
		owned_release(&protocol_kind, protocol);
}
EXPORT_SYMBOL(proto_unregister);

static int take_protocol_away(void *protocol)
{
	proto_unregister(protocol);
	return 0;
}

struct sock *sk_alloc(struct net *net, int family, gfp_t gfp, struct proto *protocol, int kern)
{
	struct sock *sk = kzalloc(protocol->obj_size, gfp);

	if (!sk)
		return NULL;
	if (!kapi_module_get(protocol->owner)) {
		kfree(sk);
		return NULL;
	}
	sk->sk_family = family;
	sk->sk_prot = protocol;
	refcount_set(&sk->sk_refcnt, 1);
	skb_queue_head_init(&sk->sk_receive_queue);
	init_waitqueue_head(&sk->sk_wait);
	return sk;
}
EXPORT_SYMBOL(sk_alloc);

void sock_init_data(struct socket *socket, struct sock *sk)
{
	sk->sk_socket = socket;
	if (socket) {
		sk->sk_type = socket->type;
		socket->sk = sk;
	}
}
EXPORT_SYMBOL(sock_init_data);

void sock_orphan(struct sock *sk)
{
	set_bit(SOCK_DEAD, &sk->sk_flags);
	sk->sk_socket = NULL;
}
EXPORT_SYMBOL(sock_orphan);

void sock_hold(struct sock *sk)
{
	refcount_inc(&sk->sk_refcnt);
}
EXPORT_SYMBOL(sock_hold);

void sock_put(struct sock *sk)
{
	struct module *owner = sk->sk_prot->owner;

	if (!refcount_dec_and_test(&sk->sk_refcnt))
		return;
	skb_queue_purge(&sk->sk_receive_queue);
	if (sk->sk_destruct)
		sk->sk_destruct(sk);
	kfree(sk);
	kapi_module_put(owner);
}
EXPORT_SYMBOL(sock_put);

int sock_queue_rcv_skb(struct sock *sk, struct sk_buff *skb)
{
	if (skb_queue_len(&sk->sk_receive_queue) >= MOST_QUEUED)
		return -ENOMEM;
	skb->sk = sk;
	skb_queue_tail(&sk->sk_receive_queue, skb);
	wake_up_interruptible(&sk->sk_wait);
	return 0;
}
EXPORT_SYMBOL(sock_queue_rcv_skb);

struct sk_buff *skb_recv_datagram(struct sock *sk, unsigned int flags, int *error)
{
	struct sk_buff *skb = skb_dequeue(&sk->sk_receive_queue);

	*error = 0;
	if (skb)
		return skb;
	if (flags & MSG_DONTWAIT)
		*error = -EAGAIN;
	else
		*error = wait_event_interruptible(sk->sk_wait, (skb = skb_dequeue(&sk->sk_receive_queue)));
	return skb;
}
EXPORT_SYMBOL(skb_recv_datagram);

int memcpy_from_msg(void *to, struct msghdr *message, int size)
{
	return size >= 0 && copy_from_iter(to, size, &message->msg_iter) == size ? 0 : -EFAULT;
}
EXPORT_SYMBOL(memcpy_from_msg);

int memcpy_to_msg(struct msghdr *message, void *from, int size)
{
	return size >= 0 && copy_to_iter(from, size, &message->msg_iter) == size ? 0 : -EFAULT;
}
EXPORT_SYMBOL(memcpy_to_msg);

int skb_copy_datagram_msg(const struct sk_buff *skb, int offset, struct msghdr *message, int size)
{
	if (offset < 0 || size < 0 || offset > skb->len || size > skb->len - offset)
		return -EFAULT;
	return memcpy_to_msg(message, skb->data + offset, size);
}
EXPORT_SYMBOL(skb_copy_datagram_msg);
