#ifndef KAPI_ERRNAME_H
#define KAPI_ERRNAME_H

/* "ENOMEM" for 12; NULL for what has no name. */
const char *error_name(int error);

#endif
