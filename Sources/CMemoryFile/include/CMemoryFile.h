#pragma once

// An empty unnamed file, open for reading and writing and closed by exec; -1 and errno where the
// system has none. Swift's Glibc module lacks memfd_create.
int cmemoryfile_open(void);
