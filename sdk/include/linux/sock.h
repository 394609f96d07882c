/* net/sock.h of Linux. */
#ifndef _NET_SOCK_H
#define _NET_SOCK_H

#include <linux/net.h>
#include <linux/refcount.h>
#include <linux/skbuff.h>
#include <linux/wait.h>

/* The protocol's side of a socket; the first member of what a protocol keeps of its own. */
struct sock {
	unsigned short sk_family;
	unsigned short sk_type;
	unsigned short sk_protocol;
	unsigned char sk_state;
	int sk_err;
	unsigned long sk_flags;		/* SOCK_DEAD */
	refcount_t sk_refcnt;
	struct sk_buff_head sk_receive_queue;
	wait_queue_head_t sk_wait;
	struct socket *sk_socket;	/* NULL when it has been closed */
	struct proto *sk_prot;
	void *sk_user_data;
	void (*sk_destruct)(struct sock *sk);
};

/* A protocol: what its sockets are made of. */
struct proto {
	char name[32];
	struct module *owner;
	unsigned int obj_size;		/* of a struct sock with what the protocol adds */
	struct list_head node;		/* of all; the kernel's own */
};

enum { SOCK_DEAD };
#define sock_flag(sk, flag) test_bit(flag, &(sk)->sk_flags)
#define sock_net(sk) (&init_net)

/** proto_register - 0; -EINVAL (obj_size is too small), -EBUSY (it is there already). Context: may sleep. */
int proto_register(struct proto *protocol, int alloc_slab);
void proto_unregister(struct proto *protocol);

/**
 * sk_alloc - a struct sock of a protocol with one reference, cleared; NULL: no memory. Keeps the protocol's module.
 *
 * Give it back by sock_put(). Context: as kmalloc(). Source: net/core/sock.c.
 */
struct sock *sk_alloc(struct net *net, int family, gfp_t gfp, struct proto *protocol, int kern);
/** sock_init_data - makes both sides of a socket know each other. */
void sock_init_data(struct socket *socket, struct sock *sk);
/** sock_orphan - the program's side has gone. */
void sock_orphan(struct sock *sk);
void sock_hold(struct sock *sk);
/** sock_put - gives a reference back; with the last one goes what is queued, and sk_destruct() is called. */
void sock_put(struct sock *sk);
#define sk_free(sk) sock_put(sk)

/** sock_queue_rcv_skb - a packet for the program to receive; wakes it. 0; -ENOMEM: there are 1024 already. */
int sock_queue_rcv_skb(struct sock *sk, struct sk_buff *skb);
/** skb_recv_datagram - waits for one, unless MSG_DONTWAIT is set. NULL and an error: -EAGAIN, -ERESTARTSYS. */
struct sk_buff *skb_recv_datagram(struct sock *sk, unsigned int flags, int *error);
#define skb_free_datagram(sk, skb) consume_skb(skb)
/** skb_copy_datagram_msg - `size` bytes of a packet, from `offset` on, into a message. 0 or -EFAULT. */
int skb_copy_datagram_msg(const struct sk_buff *skb, int offset, struct msghdr *message, int size);

#endif
