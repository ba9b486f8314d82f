#include "CHost.h"

#if defined(__linux__)
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/types.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

int chost_forbid_dumps(void) { return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); }

void chost_share_heap(void) {
#ifdef M_ARENA_MAX
  mallopt(M_ARENA_MAX, 1);
#endif
}

int chost_has_access_list(const char *path) {
  return lgetxattr(path, "system.posix_acl_access", 0, 0) > 0;
}

// PROC_SUPER_MAGIC of linux/magic.h, a header that some systems lack.
int chost_is_process_file(int descriptor) {
  struct statfs system;
  return fstatfs(descriptor, &system) == 0 && system.f_type == 0x9fa0;
}
#else
int chost_is_process_file(int descriptor) {
  (void)descriptor;
  return 0;
}

int chost_forbid_dumps(void) { return 0; }

void chost_share_heap(void) {}

int chost_has_access_list(const char *path) {
  (void)path;
  return 1;
}
#endif
