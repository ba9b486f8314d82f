#ifndef CBUILD_H
#define CBUILD_H

/* The commit that the program was built from; empty unless the build was given one. */
const char *cbuild_commit(void);

#endif
