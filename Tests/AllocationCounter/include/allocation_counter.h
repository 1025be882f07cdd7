#pragma once
#include <stdint.h>

/// How many blocks this process has asked of the allocator since it began, by any thread.
uint64_t allocation_count(void);
