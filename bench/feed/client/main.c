/* load-client --port N --path P --protocol sse|ws --subscribers N --ready TEXT --redis-port N
 *             --stream KEY --server-pids 1,2 --redis-pid N --server-core N
 *                 (REDIS_PASSWORD in the environment)
 *
 * Subscribes, says so, then obeys lines on its standard input until that ends:
 *   run EVENTS_PER_SECOND WARM_EVENTS EVENTS DRAIN_MS    adds events, counts them everywhere
 *   absorb MS                                            counts what comes by itself
 * Each is answered with one line of JSON. */
#define _GNU_SOURCE
#include "client.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

#define EVENTS_MAX 256

static int epoll_fd, server_pids[64], server_pids_count, redis_pid, server_core = -1;

/* What is compared between two moments. */
struct reading {
  uint64_t at_us;
  struct totals totals;
  double server_s, redis_s, own_s, core_s;
};

static struct reading take_reading(void) {
  struct reading reading = {.at_us = now_us(), .totals = totals, .own_s = own_cpu_seconds()};
  for (int at = 0; at < server_pids_count; at++) reading.server_s += process_cpu_seconds(server_pids[at]);
  if (server_core >= 0) reading.core_s = core_busy_seconds(server_core);
  if (redis_pid) reading.redis_s = process_cpu_seconds(redis_pid);
  return reading;
}

/* Serves the sockets once. Returns 1 where the standard input has something. */
static int turn(uint64_t wait_us_max) {
  struct epoll_event events[EVENTS_MAX];
  uint64_t wait_us = producer_turn();
  if (wait_us > wait_us_max) wait_us = wait_us_max;
  int count = epoll_wait(epoll_fd, events, EVENTS_MAX, (int)((wait_us + 999) / 1000)), commanded = 0;
  for (int at = 0; at < count; at++) {
    if (events[at].data.ptr == NULL) commanded = 1;
    else if (events[at].data.ptr == &producer_fd) producer_replies();
    else connections_event(events[at].data.ptr, events[at].events);
    /* So that the pace stays even while a thousand sockets wait to be read. */
    if (producer_left > 0) producer_turn();
  }
  return commanded;
}

static double per_second(uint64_t count, const struct reading *from, const struct reading *to) {
  return (double)count * 1e6 / (double)(to->at_us - from->at_us);
}

static void print_result(uint64_t expected, const struct reading *start, const struct reading *from,
                         const struct reading *sent, const struct reading *to, uint64_t events) {
  double seconds = (double)(sent->at_us - from->at_us) / 1e6;
  double server_s = sent->server_s - from->server_s;
  double others_s = sent->core_s - from->core_s - server_s;
  uint64_t delivered = to->totals.delivered - start->totals.delivered;
  printf("{\"offered\":%.1f,\"achieved\":%.1f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"maxMs\":%.3f,"
         "\"expected\":%llu,\"delivered\":%llu,\"lost\":%llu,\"repeated\":%llu,\"disordered\":%llu,"
         "\"others\":%llu,\"closed\":%llu,\"binary\":%llu,\"serverCpuS\":%.4f,\"cpuDeliveries\":%llu,"
         "\"clientShare\":%.4f,\"redisShare\":%.4f,\"serverShare\":%.4f,\"othersShare\":%.4f,\"drainMs\":%.1f}\n",
         per_second(events, from, sent) * connections_count,
         /* What is late counts as late: the time until the last has come belongs to it. */
         per_second(tally_measured(), from, to),
         latency_quantile_ms(0.5), latency_quantile_ms(0.99), latency_quantile_ms(1),
         (unsigned long long)expected, (unsigned long long)delivered,
         (unsigned long long)(to->totals.lost - start->totals.lost),
         (unsigned long long)(to->totals.repeated - start->totals.repeated),
         (unsigned long long)(to->totals.disordered - start->totals.disordered),
         (unsigned long long)(to->totals.others - start->totals.others),
         (unsigned long long)totals.closed, (unsigned long long)totals.binary,
         to->server_s - from->server_s,
         (unsigned long long)(to->totals.delivered - from->totals.delivered),
         (sent->own_s - from->own_s) / seconds, (sent->redis_s - from->redis_s) / seconds,
         server_s / seconds, others_s > 0 ? others_s / seconds : 0, (double)(to->at_us - sent->at_us) / 1000.0);
  fflush(stdout);
}

static void run(double rate, uint64_t warm_events, uint64_t measured_events, uint64_t drain_ms) {
  struct reading start = take_reading();
  uint64_t first = producer_next_sequence, last = first + warm_events + measured_events;
  tally_measure_from(first + warm_events);
  producer_start(rate, warm_events + measured_events);
  while (producer_next_sequence < first + warm_events) turn(1000000);
  struct reading from = take_reading();
  while (producer_left > 0) turn(1000000);
  /* Not cut off at the last event: its interval belongs to it. */
  uint64_t end_us = from.at_us + (uint64_t)((double)measured_events * 1e6 / rate);
  while (now_us() < end_us) turn(1000);
  struct reading sent = take_reading();
  uint64_t target = (last - first) * (uint64_t)connections_count;
  uint64_t deadline_us = now_us() + drain_ms * 1000;
  while (totals.delivered - start.totals.delivered + totals.lost - start.totals.lost < target &&
         now_us() < deadline_us)
    turn(5000);
  struct reading to = take_reading();
  print_result(target, &start, &from, &sent, &to, measured_events);
}

static void absorb(uint64_t ms) {
  connections_expect(0);
  tally_measure_from(0);
  struct reading from = take_reading();
  uint64_t end_us = now_us() + ms * 1000;
  while (now_us() < end_us) turn(5000);
  struct reading to = take_reading();
  print_result(0, &from, &from, &to, &to, 0);
}

static void subscribe(const struct target *target) {
  uint64_t from = now_us();
  connections_open(epoll_fd, target);
  connections_expect(FIRST_SEQUENCE);
  while (totals.ready < (uint64_t)target->subscribers) {
    if (turn(100000)) exit(0); /* nothing is said before we are asked: the bench has gone */
    if (totals.closed > 0) {
      fprintf(stderr, "client: %llu connections were closed while connecting\n", (unsigned long long)totals.closed);
      exit(1);
    }
  }
  printf("{\"connectMs\":%.1f}\n", (double)(now_us() - from) / 1000.0);
  fflush(stdout);
}

static void obey(void) {
  char line[256];
  for (;;) {
    while (!turn(1000000)) continue;
    size_t size = 0;
    while (size < sizeof line - 1) {
      if (read(0, line + size, 1) <= 0) return;
      if (line[size++] == '\n') break;
    }
    line[size] = 0;
    double rate;
    unsigned long long warm, measured, ms;
    if (sscanf(line, "run %lf %llu %llu %llu", &rate, &warm, &measured, &ms) == 4) run(rate, warm, measured, ms);
    else if (sscanf(line, "absorb %llu", &ms) == 1) absorb(ms);
    else return;
  }
}

static void watch(int fd, void *tag) {
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = tag};
  epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &event);
}

int main(int count, char **arguments) {
  struct target target = {.path = "/", .concurrency = 64};
  const char *stream = "shield:events";
  int redis_port = 0, option;
  const struct option options[] = {
      {"port", 1, 0, 'p'},        {"path", 1, 0, 'a'},   {"protocol", 1, 0, 'o'},
      {"subscribers", 1, 0, 'n'}, {"ready", 1, 0, 'r'},  {"redis-port", 1, 0, 'd'},
      {"stream", 1, 0, 's'},      {"server-core", 1, 0, 'c'}, {"redis-pid", 1, 0, 'i'}, {"server-pids", 1, 0, 'v'}, {0}};
  while ((option = getopt_long(count, arguments, "", options, NULL)) != -1) {
    switch (option) {
      case 'p': target.port = atoi(optarg); break;
      case 'a': target.path = optarg; break;
      case 'o': protocol = strcmp(optarg, "ws") == 0 ? PROTOCOL_WS : PROTOCOL_SSE; break;
      case 'n': target.subscribers = atoi(optarg); break;
      case 'r': ready_text = optarg; break;
      case 'd': redis_port = atoi(optarg); break;
      case 's': stream = optarg; break;
      case 'c': server_core = atoi(optarg); break;
      case 'i': redis_pid = atoi(optarg); break;
      case 'v':
        for (char *pid = strtok(optarg, ","); pid && server_pids_count < 64; pid = strtok(NULL, ","))
          server_pids[server_pids_count++] = atoi(pid);
        break;
      default: return 2;
    }
  }
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  epoll_fd = epoll_create1(0);
  watch(0, NULL);
  if (redis_port) {
    producer_connect(redis_port, getenv("REDIS_PASSWORD"), stream);
    watch(producer_fd, &producer_fd);
  }
  subscribe(&target);
  obey();
  return 0;
}
