#include "CSQLite.h"

#include <sqlite3.h>

// The function is variadic, and Swift can't call those.
void csqlite_count_no_memory(void) { sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }
