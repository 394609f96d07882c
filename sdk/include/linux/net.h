#ifndef _LINUX_NET_H
#define _LINUX_NET_H

#include <linux/fs.h>
#include <linux/socket.h>
#include <linux/stringify.h>

struct net;
struct poll_table_struct;
struct sock;
struct socket;

enum sock_type { SOCK_STREAM = 1, SOCK_DGRAM, SOCK_RAW, SOCK_RDM, SOCK_SEQPACKET, SOCK_DCCP, SOCK_PACKET = 10 };
#define SOCK_MAX (SOCK_PACKET + 1)

typedef enum { SS_FREE, SS_UNCONNECTED, SS_CONNECTING, SS_CONNECTED, SS_DISCONNECTING } socket_state;

/*
 * What a family's sockets can do, in the process that calls; 0 or bytes, or -errno. What is NULL gives
 * -EOPNOTSUPP. Of these programs reach release, bind, connect, sendmsg and recvmsg.
 */
struct proto_ops {
	int family;
	struct module *owner;	/* kept while a socket is open; always set it to THIS_MODULE */
	int (*release)(struct socket *socket);
	int (*bind)(struct socket *socket, struct sockaddr *address, int size);
	int (*connect)(struct socket *socket, struct sockaddr *address, int size, int flags);
	int (*socketpair)(struct socket *one, struct socket *other);
	int (*accept)(struct socket *socket, struct socket *fresh, int flags, bool kern);
	int (*getname)(struct socket *socket, struct sockaddr *address, int peer);
	__poll_t (*poll)(struct file *file, struct socket *socket, struct poll_table_struct *table);
	int (*ioctl)(struct socket *socket, unsigned int command, unsigned long argument);
	int (*listen)(struct socket *socket, int backlog);
	int (*shutdown)(struct socket *socket, int how);
	int (*sendmsg)(struct socket *socket, struct msghdr *message, size_t size);
	int (*recvmsg)(struct socket *socket, struct msghdr *message, size_t size, int flags);
};

struct socket {
	socket_state state;
	short type;
	unsigned long flags;
	struct file *file;
	struct sock *sk;
	const struct proto_ops *ops;	/* create() sets it */
};

struct net_proto_family {
	int family;
	int (*create)(struct net *net, struct socket *socket, int protocol, int kern);
	struct module *owner;
};

/**
 * sock_register - a family of protocols: sockets of it can be made from now on
 *
 * A program that wants one of a family that is not there has net-pf-N asked for. Returns 0, -EEXIST, -ENOBUFS (no
 * such number). Context: may sleep. Source: net/socket.c.
 */
int sock_register(const struct net_proto_family *family);
void sock_unregister(int family);

extern struct net init_net;

#define MODULE_ALIAS_NETPROTO(family) MODULE_ALIAS("net-pf-" __stringify(family))
#define MODULE_ALIAS_NET_PF_PROTO(family, protocol) \
	MODULE_ALIAS("net-pf-" __stringify(family) "-proto-" __stringify(protocol))
#define MODULE_ALIAS_NET_PF_PROTO_TYPE(family, protocol, type) \
	MODULE_ALIAS("net-pf-" __stringify(family) "-proto-" __stringify(protocol) "-type-" __stringify(type))

#endif
