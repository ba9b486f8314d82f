#ifndef CSQLITE_H
#define CSQLITE_H

/// Keeps SQLite from counting the memory that it allocates, for which all its threads take one lock
/// each time: nobody asks for the numbers. Only before SQLite is used for the first time.
void csqlite_count_no_memory(void);

#endif
