/* Adds events to the stream: the contract's six flat fields, one XADD each, never waiting for a
 * reply. */
#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Far over what any contestant is behind: the bench measures speed, not what trimming takes. */
#define STREAM_LENGTH "100000"
/* Faster than this, events leave in small groups. */
#define PACE_US_MIN 1000
#define OUT_BYTES_MAX (8u * 1024 * 1024)

int producer_fd = -1;
uint64_t producer_next_sequence = FIRST_SEQUENCE, producer_left;

static char out[OUT_BYTES_MAX], key[256];
static size_t out_size;
static double interval_us;
static double due_us;
static uint64_t last_turn_us;

static void fail(const char *what) {
  fprintf(stderr, "producer: %s: %s\n", what, strerror(errno));
  exit(1);
}

static size_t bulk(char *at, const char *text) {
  return (size_t)sprintf(at, "$%zu\r\n%s\r\n", strlen(text), text);
}

void producer_connect(int port, const char *password, const char *stream) {
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  producer_fd = socket(AF_INET, SOCK_STREAM, 0);
  if (connect(producer_fd, (struct sockaddr *)&address, sizeof address)) fail("connect to Redis");
  int on = 1;
  setsockopt(producer_fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (password && *password) {
    char command[512], reply[256];
    size_t size = (size_t)sprintf(command, "*2\r\n$4\r\nAUTH\r\n");
    size += bulk(command + size, password);
    if (write(producer_fd, command, size) != (ssize_t)size) fail("AUTH");
    ssize_t got = read(producer_fd, reply, sizeof reply);
    if (got < 1 || reply[0] != '+') fail("AUTH was refused");
  }
  fcntl(producer_fd, F_SETFL, O_NONBLOCK);
  bulk(key, stream);
}

void producer_start(double events_per_second, uint64_t events) {
  interval_us = 1e6 / events_per_second;
  producer_left = events;
  due_us = (double)now_us();
  last_turn_us = 0;
}

static void flush(void) {
  while (out_size > 0) {
    ssize_t sent = write(producer_fd, out, out_size);
    if (sent < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (sent <= 0) fail("write to Redis");
    memmove(out, out + sent, out_size - (size_t)sent);
    out_size -= (size_t)sent;
  }
}

static void add_event(void) {
  uint64_t sequence = producer_next_sequence++, us;
  struct timespec wall;
  struct tm parts;
  char event_id[40], timestamp[64], seconds[24], data[512], *at = out + out_size;
  clock_gettime(CLOCK_REALTIME, &wall);
  gmtime_r(&wall.tv_sec, &parts);
  strftime(seconds, sizeof seconds, "%Y-%m-%dT%H:%M:%S", &parts);
  snprintf(timestamp, sizeof timestamp, "%s.%06ld", seconds, wall.tv_nsec / 1000);
  snprintf(event_id, sizeof event_id, "5f0c9a4e-7d21-4c0b-9b51-%012llx", (unsigned long long)sequence);
  snprintf(data, sizeof data,
           "{\"" SEQUENCE_KEY "\":%llu,\"sent_us\":%llu,\"chunk_id\":\"chunk-000017\","
           "\"chunks_processed\":17,\"chunks_total\":42,\"percent_complete\":40.5,"
           "\"message\":\"entities extracted and merged into the knowledge graph\"}",
           (unsigned long long)sequence, (unsigned long long)wall.tv_sec * 1000000ull + (unsigned long long)wall.tv_nsec / 1000ull);
  us = now_us();
  at += sprintf(at, "*18\r\n$4\r\nXADD\r\n%s$6\r\nMAXLEN\r\n$1\r\n~\r\n$6\r\n" STREAM_LENGTH "\r\n$1\r\n*\r\n", key);
  const char *fields[] = {"event_id",  event_id,  "type",   "ingestion.progress",
                          "timestamp", timestamp, "job_id", "job-5f0c9a4e7d21",
                          "data",      data,      "metadata", "{\"source\":\"bench\"}"};
  for (size_t field = 0; field < sizeof fields / sizeof *fields; field++) at += bulk(at, fields[field]);
  out_size = (size_t)(at - out);
  tally_sent(sequence, us);
}

uint64_t producer_turn(void) {
  if (producer_left == 0 && out_size == 0) return UINT64_MAX;
  uint64_t now = now_us();
  if (out_size > 0) flush();
  if (now - last_turn_us < PACE_US_MIN) return PACE_US_MIN - (now - last_turn_us);
  int added = 0;
  while (producer_left > 0 && due_us <= (double)now && out_size < OUT_BYTES_MAX / 2) {
    add_event();
    producer_left--;
    due_us += interval_us;
    added = 1;
  }
  if (added) {
    last_turn_us = now;
    flush();
  }
  if (producer_left == 0) return out_size > 0 ? PACE_US_MIN : UINT64_MAX;
  return due_us > (double)now ? (uint64_t)(due_us - (double)now) + 1 : PACE_US_MIN;
}

void producer_replies(void) {
  char replies[65536];
  ssize_t got;
  while ((got = read(producer_fd, replies, sizeof replies)) > 0) {
    const char *error = memchr(replies, '-', (size_t)got);
    /* An entry id holds a dash; an error begins with one. */
    for (; error; error = memchr(error + 1, '-', (size_t)(replies + got - error - 1))) {
      if (error > replies && error[-1] != '\n') continue;
      if (error == replies && error[1] >= '0' && error[1] <= '9') continue;
      fprintf(stderr, "producer: %.*s\n", (int)(replies + got - error), error);
      exit(1);
    }
  }
  if (got == 0) fail("Redis closed the connection");
}
