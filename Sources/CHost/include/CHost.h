#ifndef CHOST_H
#define CHOST_H

/// System functions that Swift can't call directly: variadic ones, and those of headers that its
/// Glibc module leaves out.

/// Prevents the system from writing this process's memory to disk when it crashes, and processes of
/// the same user from reading it. Returns 0, or -1 with `errno`.
int chost_forbid_dumps(void);

/// Lets all threads allocate from one heap. By default glibc gives each its own, and what one has
/// freed the others can't use: a program of few threads that wait for the network most of the time
/// would hold several times the memory that it needs.
void chost_share_heap(void);

/// Whether the file at `path` has an access control list in addition to its mode. A link isn't
/// followed.
int chost_has_access_list(const char *path);

/// Whether an open file belongs to a `proc` file system, wherever that is mounted: such files show
/// the memory of processes.
int chost_is_process_file(int descriptor);

#endif
