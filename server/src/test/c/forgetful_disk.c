/*
 * A disk that forgets, for one process: loaded with LD_PRELOAD, it stands between the process and the
 * C library. What it does is said by the environment variable FORGETFUL_DISK:
 *
 *   synced  notes in the file that FORGETFUL_DISK_NOTES names how much of each file was synced, and
 *           what was renamed; whoever kills the process then cuts off the rest. That is a loss of power.
 *   late    the last 16 to 32 writes to a write-ahead log (*.log) are held back until others follow,
 *           or until it is synced or closed; a process that is killed takes them along. To the
 *           process everything looks as written.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILES 4096
#define HELD_WRITES 16

struct held {
    char *bytes;
    size_t size;
    size_t older; /* how many of the bytes go first */
    int writes;   /* since then */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct held held[FILES];

static ssize_t real_write(int fd, const void *bytes, size_t size)
{
    static ssize_t (*next)(int, const void *, size_t);
    if (!next) {
        next = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
    }
    return next(fd, bytes, size);
}

static int mode_is(const char *mode)
{
    const char *set = getenv("FORGETFUL_DISK");
    return set && strcmp(set, mode) == 0;
}

static int path_of(int fd, char *path)
{
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, PATH_MAX - 1);
    if (length <= 0) {
        return 0;
    }
    path[length] = 0;
    return 1;
}

static void write_all(int fd, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t count = real_write(fd, bytes, size);
        if (count <= 0) {
            abort();
        }
        bytes += count;
        size -= count;
    }
}

static void note(const char *line)
{
    static int notes = -1;
    if (notes < 0) {
        notes = open(getenv("FORGETFUL_DISK_NOTES"), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (notes < 0) {
            abort();
        }
    }
    write_all(notes, line, strlen(line));
}

static void note_synced(int fd)
{
    char path[PATH_MAX];
    char line[PATH_MAX + 64];
    struct stat stat;
    if (path_of(fd, path) && fstat(fd, &stat) == 0 && S_ISREG(stat.st_mode)) {
        snprintf(line, sizeof line, "synced\t%s\t%lld\n", path, (long long)stat.st_size);
        note(line);
    }
}

static int is_log(int fd)
{
    char path[PATH_MAX];
    if (!path_of(fd, path)) {
        return 0;
    }
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, ".log") == 0;
}

/* With the lock. */
static void give_up_held(int fd)
{
    if (fd >= 0 && fd < FILES && held[fd].size > 0) {
        write_all(fd, held[fd].bytes, held[fd].size);
        held[fd].size = 0;
        held[fd].older = 0;
        held[fd].writes = 0;
    }
}

/* With the lock. */
static void hold(struct held *file, int fd, const void *bytes, size_t size)
{
    if (file->writes == HELD_WRITES) {
        write_all(fd, file->bytes, file->older);
        file->size -= file->older;
        memmove(file->bytes, file->bytes + file->older, file->size);
        file->older = file->size;
        file->writes = 0;
    }
    file->bytes = realloc(file->bytes, file->size + size);
    if (!file->bytes) {
        abort();
    }
    memcpy(file->bytes + file->size, bytes, size);
    file->size += size;
    file->writes++;
}

ssize_t write(int fd, const void *bytes, size_t size)
{
    if (size == 0 || fd < 0 || fd >= FILES || !mode_is("late") || !is_log(fd)) {
        return real_write(fd, bytes, size);
    }
    pthread_mutex_lock(&lock);
    hold(&held[fd], fd, bytes, size);
    pthread_mutex_unlock(&lock);
    return size;
}

static void give_up(int fd)
{
    pthread_mutex_lock(&lock);
    give_up_held(fd);
    pthread_mutex_unlock(&lock);
}

static int synced(int fd, const char *call)
{
    int (*next)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
    give_up(fd);
    int result = next(fd);
    if (result == 0 && mode_is("synced")) {
        note_synced(fd);
    }
    return result;
}

int fsync(int fd)
{
    return synced(fd, "fsync");
}

int fdatasync(int fd)
{
    return synced(fd, "fdatasync");
}

int close(int fd)
{
    static int (*next)(int);
    if (!next) {
        next = (int (*)(int))dlsym(RTLD_NEXT, "close");
    }
    give_up(fd);
    return next(fd);
}

int rename(const char *from, const char *to)
{
    int (*next)(const char *, const char *) =
        (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
    int result = next(from, to);
    if (result == 0 && mode_is("synced")) {
        char line[2 * PATH_MAX + 64];
        snprintf(line, sizeof line, "renamed\t%s\t%s\n", from, to);
        note(line);
    }
    return result;
}
