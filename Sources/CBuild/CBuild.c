#include "CBuild.h"

#ifndef CDNOTIFY_COMMIT
#define CDNOTIFY_COMMIT ""
#endif

const char *cbuild_commit(void) { return CDNOTIFY_COMMIT; }
