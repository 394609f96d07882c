// SPDX-License-Identifier: MIT
/* A protocol of the family in post.c: what is sent comes back. */
#include <linux/module.h>

#include "post.h"

#define PROTOCOL_ECHO 7

static int echo_send(struct socket *socket, struct msghdr *message, size_t size)
{
	struct sk_buff *skb = post_packet(message, size);
	int error;

	if (IS_ERR(skb))
		return PTR_ERR(skb);
	error = sock_queue_rcv_skb(socket->sk, skb);
	if (!error)
		return size;
	kfree_skb(skb);
	return error;
}

static int echo_release(struct socket *socket)
{
	sock_orphan(socket->sk);
	sock_put(socket->sk);
	return 0;
}

static const struct proto_ops operations = {
	.family = PF_POST,
	.owner = THIS_MODULE,
	.release = echo_release,
	.sendmsg = echo_send,
	.recvmsg = post_receive,
};

static struct proto echo_proto = {
	.name = "POST-ECHO",
	.owner = THIS_MODULE,
	.obj_size = sizeof(struct sock),
};

static struct post_protocol echo = {
	.protocol = PROTOCOL_ECHO,
	.type = SOCK_DGRAM,
	.ops = &operations,
	.proto = &echo_proto,
};

static int __init echo_init(void)
{
	int error = proto_register(&echo_proto, 0);

	if (!error)
		post_register(&echo);
	return error;
}

static void __exit echo_exit(void)
{
	post_unregister(&echo);
	proto_unregister(&echo_proto);
}

module_init(echo_init);
module_exit(echo_exit);

MODULE_ALIAS_NET_PF_PROTO_TYPE(PF_POST, PROTOCOL_ECHO, 2);	/* SOCK_DGRAM */
MODULE_LICENSE("Dual MIT/GPL");
MODULE_DESCRIPTION("Messages that come back");
