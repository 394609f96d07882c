/*
 * Included before everything else in every file of the C API: functions of the kernel that the
 * C library of this process has under the same name get another name in the program. They are
 * exported to modules under their own: EXPORT_SYMBOL takes the name as it is written.
 */
#define memcpy kapi_memcpy
#define memmove kapi_memmove
#define memset kapi_memset
#define memcmp kapi_memcmp
#define memchr kapi_memchr
#define strlen kapi_strlen
#define strnlen kapi_strnlen
#define strcmp kapi_strcmp
#define strncmp kapi_strncmp
#define strcasecmp kapi_strcasecmp
#define strncasecmp kapi_strncasecmp
#define strcpy kapi_strcpy
#define strncpy kapi_strncpy
#define strcat kapi_strcat
#define strncat kapi_strncat
#define strchr kapi_strchr
#define strrchr kapi_strrchr
#define strstr kapi_strstr
#define strpbrk kapi_strpbrk
#define strspn kapi_strspn
#define strcspn kapi_strcspn
#define strsep kapi_strsep
#define strchrnul kapi_strchrnul
#define strlcpy kapi_strlcpy
#define strlcat kapi_strlcat
#define sprintf kapi_sprintf
#define vsprintf kapi_vsprintf
#define snprintf kapi_snprintf
#define vsnprintf kapi_vsnprintf
#define sscanf kapi_sscanf
#define vsscanf kapi_vsscanf
