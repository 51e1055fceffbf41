// Preloaded by a test: a disk whose flushes take 30 ms more.
#include <unistd.h>
#include <sys/syscall.h>

int fsync(int fd) {
  usleep(30000);
  return syscall(SYS_fsync, fd);
}

int fdatasync(int fd) {
  usleep(30000);
  return syscall(SYS_fdatasync, fd);
}
