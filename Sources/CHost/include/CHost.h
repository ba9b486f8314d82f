#ifndef CHOST_H
#define CHOST_H

/// What Swift can't call by itself of the system: variadic functions, and headers that its Glibc
/// module leaves out.

/// Keeps the system from writing this process's memory to disk when it crashes, and processes of
/// the same user from reading it. Returns 0, or -1 with `errno`.
int chost_forbid_dumps(void);

/// Whether an access control list beside the mode says who may use the file at `path`; a link is
/// not followed.
int chost_has_access_list(const char *path);

/// Whether an open file shows what processes keep in their memory: one of the `proc` file system,
/// wherever that is mounted.
int chost_is_process_file(int descriptor);

#endif
