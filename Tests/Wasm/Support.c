// What the Embedded Swift library expects of its surroundings: memory in size classes with free
// lists, seeds for hash tables, and the few arithmetic functions that are no instructions.
#include <stddef.h>
#include <stdint.h>

extern unsigned char __heap_base;

enum { classes = 32, smallest = 16 };

// Before each block lies its class; a free block holds the next one of its class.
typedef struct block {
    struct block *next;
} block;

static block *free_blocks[classes];
static uintptr_t brk_end, brk_top;

static void *grow(size_t size) {
    if (!brk_top) {
        brk_top = ((uintptr_t)&__heap_base + 15) & ~(uintptr_t)15;
        brk_end = __builtin_wasm_memory_size(0) << 16;
    }
    if (size > brk_end - brk_top) {
        size_t pages = (size - (brk_end - brk_top) + 0xffff) >> 16;
        if (__builtin_wasm_memory_grow(0, pages) == (size_t)-1) return NULL;
        brk_end += pages << 16;
    }
    void *place = (void *)brk_top;
    brk_top += size;
    return place;
}

int posix_memalign(void **result, size_t alignment, size_t size) {
    if (alignment > smallest) return 22;
    unsigned class = 0;
    while (((size_t)smallest << class) < size) class++;
    block *found = free_blocks[class];
    if (found) {
        free_blocks[class] = found->next;
    } else {
        unsigned char *raw = grow(((size_t)smallest << class) + smallest);
        if (!raw) return 12;
        *(unsigned *)raw = class;
        found = (block *)(raw + smallest);
    }
    *result = found;
    return 0;
}

void free(void *memory) {
    if (!memory) return;
    unsigned class = *(unsigned *)((unsigned char *)memory - smallest);
    ((block *)memory)->next = free_blocks[class];
    free_blocks[class] = memory;
}

// -mbulk-memory makes instructions of the built-ins.
void *memcpy(void *to, const void *from, size_t size) { return __builtin_memcpy(to, from, size); }
void *memmove(void *to, const void *from, size_t size) { return __builtin_memmove(to, from, size); }
void *memset(void *to, int byte, size_t size) { return __builtin_memset(to, byte, size); }

int memcmp(const void *left, const void *right, size_t size) {
    const unsigned char *a = left, *b = right;
    for (size_t i = 0; i < size; i++)
        if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
    return 0;
}

// Seeds of hash tables; the same in every run, as no result may depend on them.
void arc4random_buf(void *buffer, size_t size) {
    static uint32_t state = 0x9e3779b9;
    unsigned char *bytes = buffer;
    for (size_t i = 0; i < size; i++) {
        state = state * 1664525 + 1013904223;
        bytes[i] = state >> 24;
    }
}

// To the nearest, halves away from zero.
double round(double x) {
    double whole = __builtin_trunc(x);
    if (__builtin_fabs(x - whole) < 0.5) return whole;
    return whole + __builtin_copysign(1, x);
}

// The product of two 128-bit numbers, its low half by halves of 32 bits.
__int128 __multi3(__int128 a, __int128 b) {
    uint64_t x = a, y = b;
    uint64_t xl = (uint32_t)x, xh = x >> 32, yl = (uint32_t)y, yh = y >> 32;
    uint64_t low = xl * yl, middle = xh * yl + (low >> 32), other = (uint32_t)middle + xl * yh;
    uint64_t high = xh * yh + (middle >> 32) + (other >> 32);
    high += x * (uint64_t)(b >> 64) + (uint64_t)(a >> 64) * y;
    return (__int128)((unsigned __int128)high << 64 | (other << 32 | (uint32_t)low));
}

// Shifts of 128-bit numbers by halves; distances are below 128.
unsigned __int128 __lshrti3(unsigned __int128 a, int distance) {
    uint64_t low = a, high = a >> 64;
    if (distance >= 64) return high >> (distance - 64);
    if (distance == 0) return a;
    return (unsigned __int128)(high >> distance) << 64 | (low >> distance | high << (64 - distance));
}

unsigned __int128 __ashlti3(unsigned __int128 a, int distance) {
    uint64_t low = a, high = a >> 64;
    if (distance >= 64) return (unsigned __int128)(low << (distance - 64)) << 64;
    if (distance == 0) return a;
    return (unsigned __int128)(high << distance | low >> (64 - distance)) << 64 | low << distance;
}
