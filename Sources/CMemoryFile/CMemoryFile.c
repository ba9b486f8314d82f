#define _GNU_SOURCE
#include "CMemoryFile.h"

#ifdef __linux__
#include <sys/mman.h>

int cmemoryfile_open(void) { return memfd_create("cdnotify", MFD_CLOEXEC); }
#else
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

int cmemoryfile_open(void) {
  FILE *file = tmpfile();
  if (!file) return -1;
  int descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0);
  fclose(file);
  return descriptor;
}
#endif
