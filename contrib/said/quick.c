// A clock that runs twenty times as fast, for LD_PRELOAD: what a program would wait a minute for
// takes three seconds. The time of day stays as it is, since signatures have it.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

enum { SPEED = 20, CLOCKS = 16, FILES = 1024 };
static long long start[CLOCKS];
static clockid_t clock_of[FILES];

static long long nanoseconds(const struct timespec *time) {
  return time->tv_sec * 1000000000LL + time->tv_nsec;
}

static struct timespec timespec_of(long long time) {
  return (struct timespec){.tv_sec = time / 1000000000, .tv_nsec = time % 1000000000};
}

static int is_quick(clockid_t clock) {
  return clock == CLOCK_MONOTONIC || clock == CLOCK_MONOTONIC_RAW ||
         clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  int result = syscall(SYS_clock_gettime, clock, time);
  if (result != 0 || !is_quick(clock)) return result;
  long long now = nanoseconds(time), none = 0;
  __atomic_compare_exchange_n(&start[clock], &none, now, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
  *time = timespec_of(start[clock] + (now - start[clock]) * SPEED);
  return 0;
}

int timerfd_create(int clock, int flags) {
  int file = syscall(SYS_timerfd_create, clock, flags);
  if (file >= 0 && file < FILES) clock_of[file] = clock;
  return file;
}

int timerfd_settime(int file, int flags, const struct itimerspec *given, struct itimerspec *old) {
  struct itimerspec value = *given;
  clockid_t clock = file < FILES ? clock_of[file] : CLOCK_REALTIME;
  long long time = nanoseconds(&value.it_value);
  if (is_quick(clock) && time != 0) {
    long long from = flags & TFD_TIMER_ABSTIME ? start[clock] : 0;
    value.it_value = timespec_of(from + (time - from) / SPEED + 1);
  }
  return syscall(SYS_timerfd_settime, file, flags, &value, old);
}
