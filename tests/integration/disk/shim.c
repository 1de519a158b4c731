/*
 * A disk under SQLite that a test can watch and break: preloaded into the server, it notes everything that is written to the
 * database's files in a journal outside of their folder, and fails what the test tells it to fail.
 *
 * DISK_FOLDER   the data folder
 * DISK_JOURNAL  where the records go (see struct record, followed by the name and the bytes)
 * DISK_CONTROL  three bytes: the errno that the next writes, syncs and reads fail with; 0 lets them pass
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, TRUNCATE, SYNC, UNLINK, SYNC_FOLDER };
enum { FAIL_WRITE, FAIL_SYNC, FAIL_READ };

struct record {
    uint8_t op;
    uint8_t name_len;
    uint16_t unused;
    uint32_t len;
    uint64_t offset;
};

#define FILES 4096
#define FOLDER "."

static char *name_of[FILES];
static int journal = -1;
static const volatile uint8_t *control;
static const char *folder;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name) \
    static __typeof__(name) *real; \
    if (!real) real = (__typeof__(name) *)dlsym(RTLD_NEXT, #name)

__attribute__((constructor)) static void begin(void) {
    const char *at = getenv("DISK_JOURNAL"), *told = getenv("DISK_CONTROL");
    folder = getenv("DISK_FOLDER");
    if (!folder || !at || !told) return;
    journal = open(at, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int fd = open(told, O_RDONLY | O_CLOEXEC);
    void *page = mmap(NULL, 3, PROT_READ, MAP_SHARED, fd, 0);
    if (journal < 0 || fd < 0 || page == MAP_FAILED) abort();
    control = page;
}

/* The name below the folder of what is watched; NULL of everything else. */
static const char *watched(const char *path) {
    if (!folder || journal < 0) return NULL;
    size_t len = strlen(folder);
    if (strncmp(path, folder, len) != 0) return NULL;
    const char *rest = path + len;
    while (*rest == '/') rest++;
    if (*rest == 0) return FOLDER;
    if (strncmp(rest, "courtside.db", 12) != 0) return NULL;
    /* The index of the log is rebuilt after a cut, and backups have tests of their own. */
    return strcmp(rest, "courtside.db") == 0 || strcmp(rest, "courtside.db-wal") == 0 ||
                   strcmp(rest, "courtside.db-journal") == 0
               ? rest
               : NULL;
}

static const char *name(int fd) {
    return fd >= 0 && fd < FILES ? name_of[fd] : NULL;
}

static void note(uint8_t op, const char *name, uint64_t offset, const void *bytes, size_t len) {
    struct record record = {op, (uint8_t)strlen(name), 0, (uint32_t)len, offset};
    struct iovec parts[3] = {
        {&record, sizeof record}, {(void *)name, record.name_len}, {(void *)bytes, bytes ? len : 0}};
    pthread_mutex_lock(&lock);
    if (writev(journal, parts, 3) < 0) abort();
    pthread_mutex_unlock(&lock);
}

static int fails(int what, int fd) {
    int error = control && name(fd) ? control[what] : 0;
    if (error) errno = error;
    return error;
}

static int opened(int fd, const char *path, int flags, int existed) {
    const char *known = fd >= 0 && fd < FILES ? watched(path) : NULL;
    if (known) {
        name_of[fd] = strdup(known);
        if ((flags & O_CREAT) && !existed) note(CREATE, known, 0, NULL, 0);
    }
    return fd;
}

/* As the kernel opens nothing for writing on a disk that has become read-only. */
static int refused(const char *path, int flags) {
    if (!control || control[FAIL_WRITE] != EROFS || (flags & O_ACCMODE) == O_RDONLY) return 0;
    if (strncmp(path, folder, strlen(folder)) != 0) return 0;
    errno = EROFS;
    return 1;
}

#define OPEN(function) \
    int function(const char *path, int flags, ...) { \
        REAL(function); \
        va_list rest; \
        va_start(rest, flags); \
        mode_t mode = flags & (O_CREAT | O_TMPFILE) ? va_arg(rest, mode_t) : 0; \
        va_end(rest); \
        if (refused(path, flags)) return -1; \
        int existed = watched(path) ? access(path, F_OK) == 0 : 1; \
        return opened(real(path, flags, mode), path, flags, existed); \
    }
OPEN(open)
OPEN(open64)

int close(int fd) {
    REAL(close);
    if (name(fd)) {
        free(name_of[fd]);
        name_of[fd] = NULL;
    }
    return real(fd);
}

static ssize_t wrote(int fd, const void *bytes, ssize_t len, uint64_t offset) {
    if (len > 0 && name(fd)) note(WRITE, name(fd), offset, bytes, (size_t)len);
    return len;
}

ssize_t write(int fd, const void *bytes, size_t len) {
    REAL(write);
    if (fails(FAIL_WRITE, fd)) return -1;
    uint64_t offset = name(fd) ? (uint64_t)lseek(fd, 0, SEEK_CUR) : 0;
    return wrote(fd, bytes, real(fd, bytes, len), offset);
}

ssize_t pwrite(int fd, const void *bytes, size_t len, off_t offset) {
    REAL(pwrite);
    if (fails(FAIL_WRITE, fd)) return -1;
    return wrote(fd, bytes, real(fd, bytes, len, offset), (uint64_t)offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t len, off64_t offset) {
    REAL(pwrite64);
    if (fails(FAIL_WRITE, fd)) return -1;
    return wrote(fd, bytes, real(fd, bytes, len, offset), (uint64_t)offset);
}

ssize_t read(int fd, void *bytes, size_t len) {
    REAL(read);
    return fails(FAIL_READ, fd) ? -1 : real(fd, bytes, len);
}

ssize_t pread(int fd, void *bytes, size_t len, off_t offset) {
    REAL(pread);
    return fails(FAIL_READ, fd) ? -1 : real(fd, bytes, len, offset);
}

ssize_t pread64(int fd, void *bytes, size_t len, off64_t offset) {
    REAL(pread64);
    return fails(FAIL_READ, fd) ? -1 : real(fd, bytes, len, offset);
}

static int truncated(int fd, int result, uint64_t len) {
    if (result == 0 && name(fd)) note(TRUNCATE, name(fd), len, NULL, 0);
    return result;
}

int ftruncate(int fd, off_t len) {
    REAL(ftruncate);
    if (fails(FAIL_WRITE, fd)) return -1;
    return truncated(fd, real(fd, len), (uint64_t)len);
}

int ftruncate64(int fd, off64_t len) {
    REAL(ftruncate64);
    if (fails(FAIL_WRITE, fd)) return -1;
    return truncated(fd, real(fd, len), (uint64_t)len);
}

static int synced(int fd, int result) {
    const char *known = name(fd);
    if (result == 0 && known) note(strcmp(known, FOLDER) == 0 ? SYNC_FOLDER : SYNC, known, 0, NULL, 0);
    return result;
}

int fsync(int fd) {
    REAL(fsync);
    return fails(FAIL_SYNC, fd) ? -1 : synced(fd, real(fd));
}

int fdatasync(int fd) {
    REAL(fdatasync);
    return fails(FAIL_SYNC, fd) ? -1 : synced(fd, real(fd));
}

int unlink(const char *path) {
    REAL(unlink);
    int result = real(path);
    const char *known = watched(path);
    if (result == 0 && known) note(UNLINK, known, 0, NULL, 0);
    return result;
}
