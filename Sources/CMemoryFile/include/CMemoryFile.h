#pragma once

// An empty file without a name, open for reading and writing and closed by exec; -1 and errno where
// there is none to be had. Swift's Glibc module lacks memfd_create.
int cmemoryfile_open(void);
