/* The load client: one process, one thread. It adds the events and receives them, so that one
 * clock times both ends. */
#ifndef CLIENT_H
#define CLIENT_H

#include <stddef.h>
#include <stdint.h>
#include <time.h>

#define RECEIVE_BYTES_MAX (512 * 1024)
/* A frame larger than this ends the run: nothing here sends one. */
#define FRAME_BYTES_MAX (1024 * 1024)
/* Gaps a connection remembers; what was in an older one counts as lost even where it comes later. */
#define GAPS_MAX 8
/* Of ten digits at any time, so that frames keep their length. */
#define FIRST_SEQUENCE 1000000000ull
#define SEQUENCE_KEY "bench_seq"

enum protocol { PROTOCOL_SSE, PROTOCOL_WS };
enum state { STATE_IDLE, STATE_CONNECTING, STATE_HEADERS, STATE_OPEN, STATE_CLOSED };

struct gap {
  uint64_t from, before;
};

struct connection {
  int fd;
  enum state state;
  int ready;   /* has received what says that it is subscribed */
  int chunked; /* the body comes in HTTP chunks */
  int chunk_state;
  uint64_t chunk_left;
  uint64_t expected; /* the next running number; 0: any, it begins there */
  struct gap gaps[GAPS_MAX]; /* numbers that were jumped over and have not come since */
  int gaps_count;
  char *carry;       /* the beginning of what has not come whole */
  size_t carry_size, carry_capacity;
};

/* What was received by all connections since the start. */
struct totals {
  uint64_t delivered, lost, repeated, disordered, others;
  uint64_t connected, ready, closed, binary;
};
extern struct totals totals;

uint64_t now_us(void);

/* frames.c: what a connection received becomes events. Returns 0, or -1 where it must be closed. */
int take_bytes(struct connection *connection, char *bytes, size_t size);
/* Begins with the answer's headers. Returns its status once they are whole, 0 before, -1 on nonsense. */
int take_headers(struct connection *connection, const char *bytes, size_t size, size_t *used);
extern enum protocol protocol;
extern const char *ready_text;
/* connections.c answers a ping. */
void send_pong(struct connection *connection, const char *payload, size_t size);

/* tally.c: one event on one connection, and what is known of when it was sent. */
void tally_event(struct connection *connection, uint64_t sequence);
void tally_sent(uint64_t sequence, uint64_t sent_us);
void tally_measure_from(uint64_t first_sequence);
uint64_t tally_measured(void);
double latency_quantile_ms(double quantile);
/* Seconds of CPU a process used so far, user and system, all threads. */
double process_cpu_seconds(int pid);
double own_cpu_seconds(void);
/* Seconds a core ran programs, or was taken from this machine by its host. */
double core_busy_seconds(int core);
extern uint64_t receive_us;

/* producer.c: XADD in a pipeline, at an even pace. */
void producer_connect(int port, const char *password, const char *stream);
void producer_start(double events_per_second, uint64_t events);
/* Adds what is due, reads replies; returns microseconds until the next is due. */
uint64_t producer_turn(void);
void producer_replies(void);
extern int producer_fd;
extern uint64_t producer_next_sequence, producer_left;

/* connections.c: the subscribers. */
struct target {
  int port, subscribers, concurrency;
  const char *path;
};
extern struct connection *connections;
extern int connections_count;
void connections_open(int epoll, const struct target *target);
void connections_event(struct connection *connection, uint32_t events);
void connections_expect(uint64_t sequence);

#endif
