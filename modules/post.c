// SPDX-License-Identifier: MIT
/*
 * A protocol family: sockets with names that send each other messages. Its protocol 0 is here; another one is asked for
 * by its number when a socket of it is wanted, and registers with this module.
 */
#include <linux/kmod.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>

#include "post.h"

struct post_sock {
	struct sock sk;
	struct list_head list;
	char name[32];		/* "": it has none */
	char peer[32];
};

static DEFINE_MUTEX(lock);	/* over the lists and names */
static LIST_HEAD(protocols);
static LIST_HEAD(sockets);

static struct post_sock *post_of(struct socket *socket)
{
	return container_of(socket->sk, struct post_sock, sk);
}

static struct post_sock *find(const char *name)
{
	struct post_sock *post;

	list_for_each_entry(post, &sockets, list)
		if (!strcmp(post->name, name))
			return post;
	return NULL;
}

static int read_name(const struct sockaddr *address, int size, char name[32])
{
	int length = size - sizeof(address->sa_family);

	if (length < 1 || length > 31 || address->sa_family != PF_POST)
		return -EINVAL;
	memcpy(name, address->sa_data, length);
	name[length] = 0;
	return 0;
}

static int post_bind(struct socket *socket, struct sockaddr *address, int size)
{
	struct post_sock *post = post_of(socket);
	char name[32];
	int error = read_name(address, size, name);

	if (error)
		return error;
	mutex_lock(&lock);
	if (post->name[0])
		error = -EINVAL;
	else if (find(name))
		error = -EADDRINUSE;
	else
		strscpy(post->name, name, sizeof(post->name));
	mutex_unlock(&lock);
	return error;
}

static int post_connect(struct socket *socket, struct sockaddr *address, int size, int flags)
{
	return read_name(address, size, post_of(socket)->peer);
}

struct sk_buff *post_packet(struct msghdr *message, size_t size)
{
	struct sk_buff *skb;

	if (size > POST_LARGEST)
		return ERR_PTR(-EMSGSIZE);
	skb = alloc_skb(size, GFP_KERNEL);
	if (!skb)
		return ERR_PTR(-ENOBUFS);
	if (memcpy_from_msg(skb_put(skb, size), message, size)) {
		kfree_skb(skb);
		return ERR_PTR(-EFAULT);
	}
	return skb;
}
EXPORT_SYMBOL(post_packet);

static int post_send(struct socket *socket, struct msghdr *message, size_t size)
{
	struct post_sock *post = post_of(socket), *peer;
	struct sk_buff *skb;
	int error = -ECONNREFUSED;

	if (!post->peer[0])
		return -ENOTCONN;
	skb = post_packet(message, size);
	if (IS_ERR(skb))
		return PTR_ERR(skb);
	mutex_lock(&lock);
	peer = find(post->peer);
	if (peer)
		error = sock_queue_rcv_skb(&peer->sk, skb);
	mutex_unlock(&lock);
	if (!error)
		return size;
	kfree_skb(skb);
	return error;
}

int post_receive(struct socket *socket, struct msghdr *message, size_t size, int flags)
{
	struct sk_buff *skb;
	int result;

	skb = skb_recv_datagram(socket->sk, flags, &result);
	if (!skb)
		return result;
	if (size < skb->len)
		message->msg_flags |= MSG_TRUNC;
	result = min_t(size_t, size, skb->len);
	if (skb_copy_datagram_msg(skb, 0, message, result))
		result = -EFAULT;
	skb_free_datagram(socket->sk, skb);
	return result;
}
EXPORT_SYMBOL(post_receive);

static int post_release(struct socket *socket)
{
	mutex_lock(&lock);
	list_del(&post_of(socket)->list);
	mutex_unlock(&lock);
	sock_orphan(socket->sk);
	sock_put(socket->sk);
	return 0;
}

static const struct proto_ops operations = {
	.family = PF_POST,
	.owner = THIS_MODULE,
	.release = post_release,
	.bind = post_bind,
	.connect = post_connect,
	.sendmsg = post_send,
	.recvmsg = post_receive,
};

static struct proto post_proto = {
	.name = "POST",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct post_sock),
};

static int create_own(struct socket *socket)
{
	struct sock *sk = sk_alloc(&init_net, PF_POST, GFP_KERNEL, &post_proto, 0);

	if (!sk)
		return -ENOBUFS;
	sock_init_data(socket, sk);
	socket->ops = &operations;
	mutex_lock(&lock);
	list_add_tail(&post_of(socket)->list, &sockets);
	mutex_unlock(&lock);
	return 0;
}

/* With a reference on its module. */
static struct post_protocol *find_protocol(int number, int type)
{
	struct post_protocol *protocol, *found = NULL;

	mutex_lock(&lock);
	list_for_each_entry(protocol, &protocols, list)
		if (protocol->protocol == number && protocol->type == type && try_module_get(protocol->ops->owner))
			found = protocol;
	mutex_unlock(&lock);
	return found;
}

static int create_other(struct socket *socket, int number)
{
	struct post_protocol *protocol = find_protocol(number, socket->type);
	struct sock *sk;

	/* In the order in which Linux asks: inet_create(), net/ipv4/af_inet.c. */
	if (!protocol) {
		request_module("net-pf-%d-proto-%d-type-%d", PF_POST, number, socket->type);
		protocol = find_protocol(number, socket->type);
	}
	if (!protocol) {
		request_module("net-pf-%d-proto-%d", PF_POST, number);
		protocol = find_protocol(number, socket->type);
	}
	if (!protocol)
		return -EPROTONOSUPPORT;
	sk = sk_alloc(&init_net, PF_POST, GFP_KERNEL, protocol->proto, 0);
	if (sk) {
		sock_init_data(socket, sk);
		sk->sk_protocol = number;
		socket->ops = protocol->ops;
	}
	module_put(protocol->ops->owner);	/* sk has its own reference */
	return sk ? 0 : -ENOBUFS;
}

static int post_create(struct net *net, struct socket *socket, int protocol, int kern)
{
	if (protocol < 0)
		return -EINVAL;
	if (protocol)
		return create_other(socket, protocol);
	return socket->type == SOCK_DGRAM ? create_own(socket) : -ESOCKTNOSUPPORT;
}

void post_register(struct post_protocol *protocol)
{
	mutex_lock(&lock);
	list_add_tail(&protocol->list, &protocols);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(post_register);

void post_unregister(struct post_protocol *protocol)
{
	mutex_lock(&lock);
	list_del(&protocol->list);
	mutex_unlock(&lock);
}
EXPORT_SYMBOL(post_unregister);

static const struct net_proto_family family = {
	.family = PF_POST,
	.create = post_create,
	.owner = THIS_MODULE,
};

static int __init post_init(void)
{
	int error = proto_register(&post_proto, 0);

	if (error)
		return error;
	error = sock_register(&family);
	if (error)
		proto_unregister(&post_proto);
	return error;
}

static void __exit post_exit(void)
{
	sock_unregister(PF_POST);
	proto_unregister(&post_proto);
}

module_init(post_init);
module_exit(post_exit);

MODULE_ALIAS_NETPROTO(PF_POST);
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Sockets with names that send each other messages");
