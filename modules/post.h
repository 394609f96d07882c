/* What post.c gives to modules with protocols of its family. */
#ifndef POST_H
#define POST_H

#include <net/sock.h>

#define PF_POST PF_ASH	/* a number that Linux gave away and never used */
#define POST_LARGEST 65536	/* bytes of a message */

struct post_protocol {
	int protocol;
	int type;
	const struct proto_ops *ops;
	struct proto *proto;
	struct list_head list;
};

void post_register(struct post_protocol *protocol);
void post_unregister(struct post_protocol *protocol);

/* A message of the calling process as a packet, or ERR_PTR(). */
struct sk_buff *post_packet(struct msghdr *message, size_t size);
/* recvmsg() for all protocols. */
int post_receive(struct socket *socket, struct msghdr *message, size_t size, int flags);

#endif
