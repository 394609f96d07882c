/* The release that this SDK builds for; the user-space kernel's native core says the same. */
#define UTS_RELEASE "6.1.0-kmodern"
