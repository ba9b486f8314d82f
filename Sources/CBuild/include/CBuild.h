#ifndef CBUILD_H
#define CBUILD_H

/* The commit that the program was built from; empty where the build wasn't told. */
const char *cbuild_commit(void);

#endif
