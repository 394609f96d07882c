#pragma once

/* "ENOMEM" for 12; NULL for what has no name. */
const char *error_name(int error);
