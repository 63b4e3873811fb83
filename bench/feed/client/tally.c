/* Counting: order, losses, repeats, and latency from XADD to receipt of every event received. */
#include "client.h"

#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

struct totals totals;
uint64_t receive_us;

#define SENT_SLOTS (1u << 21)
static uint64_t sent_us[SENT_SLOTS];

/* Buckets of 1 us up to 256 us, then 128 for each doubling: no value is off by more than 0.8 %. */
#define LINEAR 256
#define STEPS 128
#define BUCKETS (LINEAR + STEPS * 40)
static uint64_t buckets[BUCKETS];
static uint64_t measured, measure_from = UINT64_MAX;

static unsigned bucket_of(uint64_t us) {
  if (us < LINEAR) return (unsigned)us;
  unsigned doubling = 63u - (unsigned)__builtin_clzll(us); /* 8 and up */
  unsigned bucket = LINEAR + (doubling - 8) * STEPS + ((us >> (doubling - 7)) & (STEPS - 1));
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

static double bucket_ms(unsigned bucket) {
  if (bucket < LINEAR) return bucket / 1000.0;
  unsigned doubling = 8 + (bucket - LINEAR) / STEPS;
  uint64_t step = (bucket - LINEAR) % STEPS;
  return (double)((((uint64_t)STEPS + step) << (doubling - 7)) + ((1ull << (doubling - 7)) >> 1)) / 1000.0;
}

uint64_t now_us(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000u + (uint64_t)time.tv_nsec / 1000u;
}

void tally_sent(uint64_t sequence, uint64_t us) { sent_us[sequence % SENT_SLOTS] = us; }

void tally_measure_from(uint64_t first_sequence) {
  memset(buckets, 0, sizeof buckets);
  measured = 0;
  measure_from = first_sequence;
}

static void leave_gap(struct connection *connection, uint64_t from, uint64_t before) {
  if (connection->gaps_count == GAPS_MAX) {
    memmove(connection->gaps, connection->gaps + 1, sizeof *connection->gaps * (GAPS_MAX - 1));
    connection->gaps_count--;
  }
  connection->gaps[connection->gaps_count++] = (struct gap){from, before};
}

/* Whether the number was missing until now. */
static int fill_gap(struct connection *connection, uint64_t sequence) {
  for (int at = 0; at < connection->gaps_count; at++) {
    struct gap gap = connection->gaps[at];
    if (sequence < gap.from || sequence >= gap.before) continue;
    connection->gaps[at] = connection->gaps[--connection->gaps_count];
    if (sequence > gap.from) leave_gap(connection, gap.from, sequence);
    if (sequence + 1 < gap.before) leave_gap(connection, sequence + 1, gap.before);
    return 1;
  }
  return 0;
}

void tally_event(struct connection *connection, uint64_t sequence) {
  if (sequence == connection->expected || connection->expected == 0) {
    connection->expected = sequence + 1;
  } else if (sequence > connection->expected) {
    uint64_t gap = sequence - connection->expected;
    totals.lost += gap;
    leave_gap(connection, connection->expected, sequence);
    connection->expected = sequence + 1;
  } else if (fill_gap(connection, sequence)) {
    totals.lost--;
    totals.disordered++;
  } else {
    totals.repeated++;
    return;
  }
  totals.delivered++;
  if (sequence >= measure_from) {
    uint64_t at = sent_us[sequence % SENT_SLOTS];
    buckets[bucket_of(receive_us > at ? receive_us - at : 0)]++;
    measured++;
  }
}

uint64_t tally_measured(void) { return measured; }

double latency_quantile_ms(double quantile) {
  if (measured == 0) return -1;
  uint64_t rank = (uint64_t)(quantile * (double)(measured - 1)) + 1, seen = 0;
  for (unsigned bucket = 0; bucket < BUCKETS; bucket++) {
    seen += buckets[bucket];
    if (seen >= rank) return bucket_ms(bucket);
  }
  return -1;
}

double own_cpu_seconds(void) {
  struct rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* proc(5): fields 14 and 15 of /proc/<pid>/stat, behind a name that may hold anything. */
double process_cpu_seconds(int pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%d/stat", pid);
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  size_t size = fread(text, 1, sizeof text - 1, file);
  fclose(file);
  text[size] = 0;
  const char *end = strrchr(text, ')');
  unsigned long long user = 0, system = 0;
  if (end) sscanf(end + 2, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user, &system);
  return (double)(user + system) / (double)sysconf(_SC_CLK_TCK);
}

/* proc(5): the line cpuN of /proc/stat; interrupts are left out, programs are charged for them. */
double core_busy_seconds(int core) {
  char line[512], name[16];
  unsigned long long user = 0, nice = 0, system = 0, steal = 0;
  FILE *file = fopen("/proc/stat", "r");
  if (!file) return 0;
  int size = snprintf(name, sizeof name, "cpu%d ", core);
  while (fgets(line, sizeof line, file)) {
    if (strncmp(line, name, (size_t)size) != 0) continue;
    sscanf(line + size, "%llu %llu %llu %*u %*u %*u %*u %llu", &user, &nice, &system, &steal);
    break;
  }
  fclose(file);
  return (double)(user + nice + system + steal) / (double)sysconf(_SC_CLK_TCK);
}
