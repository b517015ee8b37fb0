/* Stands between a process and its disk: notes what is written and synced below one folder, and
 * lets calls fail on demand. It is loaded by LD_PRELOAD and knows nothing of what is written;
 * disk.py compiles it, arms it and reads its notes.
 *
 * DISK_ROOT  the folder that is watched
 * DISK_NOTES file to which every successful change is appended (may be absent)
 * DISK_PLAN  file of a `struct plan`, shared with the test that arms it (may be absent)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define MOST_FILES 4096
#define WHOLE_PATH 4096

enum { OPENED = 1, CREATED, WRITTEN, CUT, SYNCED, FOLDER_SYNCED, UNLINKED, RENAMED, NOT_SYNCED };
enum { ON_WRITE = 1, ON_SYNC = 2 };

struct plan {
    int32_t kinds;     /* which calls fail: ON_WRITE, ON_SYNC */
    int32_t spare;     /* how many of them succeed first */
    int32_t fault;     /* errno */
    int32_t times;     /* how many fail then; -1: all */
    int32_t writes;    /* counted: writes and cuts */
    int32_t syncs;     /* counted: syncs of files, not of folders: SQLite does not look at those */
    int32_t failed;    /* counted: calls that failed */
    int32_t partly;    /* a failing write does its first half */
};

struct note {
    uint32_t what, size;
    uint64_t file;
    int64_t at;
    double time;
};

static pthread_mutex_t one_at_a_time = PTHREAD_MUTEX_INITIALIZER;
static char root[WHOLE_PATH];
static size_t root_size;
static int notes = -1;
static struct plan *plan;
static uint64_t files[MOST_FILES];
static char folders[MOST_FILES];

__attribute__((constructor)) static void begin(void) {
    const char *folder = getenv("DISK_ROOT"), *to = getenv("DISK_NOTES"), *by = getenv("DISK_PLAN");
    if (folder == NULL || realpath(folder, root) == NULL)
        return;
    if (to != NULL) {
        int handle = syscall(SYS_openat, AT_FDCWD, to, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        notes = fcntl(handle, F_DUPFD_CLOEXEC, 900);
        syscall(SYS_close, handle);
    }
    if (by != NULL) {
        int handle = syscall(SYS_openat, AT_FDCWD, by, O_RDWR | O_CLOEXEC, 0);
        void *shared = mmap(NULL, sizeof *plan, PROT_READ | PROT_WRITE, MAP_SHARED, handle, 0);
        plan = shared == MAP_FAILED ? NULL : shared;
        syscall(SYS_close, handle);
    }
    root_size = strlen(root);
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_MONOTONIC, &at);
    return at.tv_sec + at.tv_nsec / 1e9;
}

static void append(const void *data, size_t size) {
    for (const char *from = data; size > 0;) {
        long done = syscall(SYS_write, notes, from, size);
        if (done <= 0)
            abort();
        from += done, size -= done;
    }
}

static void tell(uint32_t what, uint64_t file, int64_t at, const void *data, size_t size) {
    struct note note = {what, size, file, at, now()};
    if (notes < 0)
        return;
    append(&note, sizeof note);
    append(data, size);
}

/* Whether `path` lies below the folder; its whole name goes to `whole`. */
static int watched(const char *path, char *whole) {
    char folder[WHOLE_PATH];
    const char *name = strrchr(path, '/');
    if (root_size == 0 || strlen(path) >= WHOLE_PATH)
        return 0;
    if (name == NULL) {
        name = path;
        strcpy(folder, ".");
    } else {
        size_t size = name == path ? 1 : (size_t)(name - path);
        memcpy(folder, path, size);
        folder[size] = 0;
        name += 1;
    }
    if (realpath(folder, whole) == NULL || strlen(whole) + strlen(name) + 2 > WHOLE_PATH)
        return 0;
    strcat(whole, "/");
    strcat(whole, name);
    return strncmp(whole, root, root_size) == 0 && (whole[root_size] == '/' || whole[root_size] == 0);
}

/* Whether this call has to fail. A counted call comes once per call of the program. */
static int fails(int kind) {
    if (plan == NULL)
        return 0;
    kind == ON_WRITE ? plan->writes++ : plan->syncs++;
    if (!(plan->kinds & kind) || plan->times == 0)
        return 0;
    if (plan->spare > 0) {
        plan->spare--;
        return 0;
    }
    if (plan->times > 0)
        plan->times--;
    plan->failed++;
    return 1;
}

static int known(int handle) { return handle >= 0 && handle < MOST_FILES && files[handle] != 0; }

static int opened(int folder, const char *path, int flags, mode_t mode) {
    char whole[WHOLE_PATH];
    struct stat there;
    pthread_mutex_lock(&one_at_a_time);
    int mine = folder == AT_FDCWD && watched(path, whole);
    int existed = mine && stat(whole, &there) == 0;
    int handle = syscall(SYS_openat, folder, path, flags, mode);
    int fault = errno;
    if (handle >= 0 && handle < MOST_FILES)
        files[handle] = 0;
    if (mine && handle >= 0 && handle < MOST_FILES && fstat(handle, &there) == 0) {
        files[handle] = there.st_ino;
        folders[handle] = S_ISDIR(there.st_mode);
        if (!S_ISDIR(there.st_mode))
            tell(existed ? OPENED : CREATED, there.st_ino, 0, whole, strlen(whole));
        if (existed && flags & O_TRUNC)
            tell(CUT, there.st_ino, 0, NULL, 0);
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = fault;
    return handle;
}

#define OPENING(name)                                       \
    int name(const char *path, int flags, ...) {            \
        va_list more;                                       \
        va_start(more, flags);                              \
        mode_t mode = va_arg(more, int);                    \
        va_end(more);                                       \
        return opened(AT_FDCWD, path, flags, mode);         \
    }
OPENING(open)
OPENING(open64)

#define OPENING_AT(name)                                    \
    int name(int folder, const char *path, int flags, ...) { \
        va_list more;                                       \
        va_start(more, flags);                              \
        mode_t mode = va_arg(more, int);                    \
        va_end(more);                                       \
        return opened(folder, path, flags, mode);           \
    }
OPENING_AT(openat)
OPENING_AT(openat64)

int close(int handle) {
    pthread_mutex_lock(&one_at_a_time);
    if (known(handle))
        files[handle] = 0;
    int done = syscall(SYS_close, handle);
    pthread_mutex_unlock(&one_at_a_time);
    return done;
}

/* `at` -1: where the file stands. */
static ssize_t put(int handle, const void *data, size_t size, int64_t at) {
    ssize_t done;
    pthread_mutex_lock(&one_at_a_time);
    int64_t place = at >= 0 ? at : syscall(SYS_lseek, handle, 0, SEEK_CUR);
    int failing = fails(ON_WRITE);
    size_t part = !failing ? size : plan->partly ? size / 2 : 0;
    if (failing && part == 0)
        done = -1;
    else
        done = at >= 0 ? syscall(SYS_pwrite64, handle, data, part, at)
                       : syscall(SYS_write, handle, data, part);
    int fault = failing && part == 0 ? plan->fault : errno;
    if (done > 0)
        tell(WRITTEN, files[handle], place, data, done);
    pthread_mutex_unlock(&one_at_a_time);
    errno = fault;
    return done;
}

ssize_t write(int handle, const void *data, size_t size) {
    return known(handle) ? put(handle, data, size, -1) : syscall(SYS_write, handle, data, size);
}

ssize_t pwrite(int handle, const void *data, size_t size, off_t at) {
    return known(handle) ? put(handle, data, size, at) : syscall(SYS_pwrite64, handle, data, size, at);
}

ssize_t pwrite64(int handle, const void *data, size_t size, off64_t at) {
    return pwrite(handle, data, size, at);
}

int ftruncate(int handle, off_t size) {
    if (!known(handle))
        return syscall(SYS_ftruncate, handle, size);
    pthread_mutex_lock(&one_at_a_time);
    int failing = fails(ON_WRITE);
    int done = failing ? -1 : syscall(SYS_ftruncate, handle, size);
    int fault = failing ? plan->fault : errno;
    if (done == 0)
        tell(CUT, files[handle], size, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    errno = fault;
    return done;
}

int ftruncate64(int handle, off64_t size) { return ftruncate(handle, size); }

static int synced(int handle, long call) {
    if (!known(handle))
        return syscall(call, handle);
    pthread_mutex_lock(&one_at_a_time);
    int failing = !folders[handle] && fails(ON_SYNC);
    if (failing) {
        tell(NOT_SYNCED, files[handle], 0, NULL, 0);
        errno = plan->fault;
    } else
        tell(folders[handle] ? FOLDER_SYNCED : SYNCED, files[handle], 0, NULL, 0);
    pthread_mutex_unlock(&one_at_a_time);
    return failing ? -1 : 0;
}

int fsync(int handle) { return synced(handle, SYS_fsync); }
int fdatasync(int handle) { return synced(handle, SYS_fdatasync); }

int unlink(const char *path) {
    char whole[WHOLE_PATH];
    struct stat there = {0};
    pthread_mutex_lock(&one_at_a_time);
    int mine = watched(path, whole) && stat(whole, &there) == 0;
    int done = syscall(SYS_unlinkat, AT_FDCWD, path, 0);
    int fault = errno;
    if (mine && done == 0)
        tell(UNLINKED, there.st_ino, 0, whole, strlen(whole));
    pthread_mutex_unlock(&one_at_a_time);
    errno = fault;
    return done;
}

int rename(const char *from, const char *to) {
    char whole[2 * WHOLE_PATH], other[WHOLE_PATH];
    struct stat there = {0};
    pthread_mutex_lock(&one_at_a_time);
    int mine = watched(from, whole) && watched(to, other) && stat(whole, &there) == 0;
    int done = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
    int fault = errno;
    if (mine && done == 0) {
        size_t size = strlen(whole) + 1;
        strcpy(whole + size, other);
        tell(RENAMED, there.st_ino, 0, whole, size + strlen(other));
    }
    pthread_mutex_unlock(&one_at_a_time);
    errno = fault;
    return done;
}
