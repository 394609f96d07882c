/* Sockets for who uses them: sockets.c. */
#pragma once

#include <linux/net.h>

/* Makes a socket that `file`, which is being opened, has; asks for the family where it is not there. 0; -EAFNOSUPPORT,
 * -EINVAL, the family's own. */
int socket_create(struct socket *socket, int family, int type, int protocol, struct file *file);
void socket_release(struct socket *socket);
