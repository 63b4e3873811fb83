/* The subscribers' sockets: connect, ask, hand over what comes. */
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
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

/* Each loopback address has some 28,000 ports of its own. */
#define CONNECTIONS_PER_ADDRESS 10000

struct connection *connections;
int connections_count;

static char received[RECEIVE_BYTES_MAX], request[1024];
static size_t request_size;
static int epoll_of_all, port, concurrency, opened, pending;

static void open_next(void) {
  while (opened < connections_count && pending < concurrency) {
    struct connection *connection = &connections[opened];
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
    if (fd < 0) {
      fprintf(stderr, "client: socket %d: %s\n", opened, strerror(errno));
      exit(1);
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (opened >= CONNECTIONS_PER_ADDRESS) {
      struct sockaddr_in source = {.sin_family = AF_INET};
      source.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (uint32_t)(opened / CONNECTIONS_PER_ADDRESS));
      setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
      bind(fd, (struct sockaddr *)&source, sizeof source);
    }
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connection->fd = fd;
    connection->state = STATE_CONNECTING;
    opened++;
    pending++;
    if (connect(fd, (struct sockaddr *)&address, sizeof address) && errno != EINPROGRESS) {
      fprintf(stderr, "client: connect %d: %s\n", opened, strerror(errno));
      exit(1);
    }
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = connection};
    epoll_ctl(epoll_of_all, EPOLL_CTL_ADD, fd, &event);
  }
}

static void close_connection(struct connection *connection) {
  if (connection->state != STATE_OPEN) pending--;
  connection->state = STATE_CLOSED;
  close(connection->fd);
  totals.closed++;
}

void connections_open(int epoll, const struct target *target) {
  const char *upgrade = protocol == PROTOCOL_WS
                            ? "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                            : "Accept: text/event-stream\r\n";
  request_size = (size_t)snprintf(request, sizeof request, "GET %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n%s\r\n",
                                  target->path, target->port, upgrade);
  epoll_of_all = epoll;
  port = target->port;
  concurrency = target->concurrency;
  connections_count = target->subscribers;
  connections = calloc((size_t)connections_count, sizeof *connections);
  open_next();
}

void connections_expect(uint64_t sequence) {
  for (int at = 0; at < connections_count; at++) connections[at].expected = sequence;
}

static void ask(struct connection *connection) {
  int error = 0;
  socklen_t size = sizeof error;
  getsockopt(connection->fd, SOL_SOCKET, SO_ERROR, &error, &size);
  if (error || write(connection->fd, request, request_size) != (ssize_t)request_size) {
    fprintf(stderr, "client: cannot connect: %s\n", strerror(error ? error : errno));
    exit(1);
  }
  connection->state = STATE_HEADERS;
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = connection};
  epoll_ctl(epoll_of_all, EPOLL_CTL_MOD, connection->fd, &event);
}

static int answered(struct connection *connection, ssize_t *size) {
  size_t used = 0;
  int status = take_headers(connection, received, (size_t)*size, &used);
  if (status == 0) return 1;
  if (status != (protocol == PROTOCOL_WS ? 101 : 200)) {
    fprintf(stderr, "client: the server answered with status %d\n", status);
    exit(1);
  }
  connection->state = STATE_OPEN;
  totals.connected++;
  pending--;
  *size -= (ssize_t)used;
  memmove(received, received + used, (size_t)*size);
  return 0;
}

void connections_event(struct connection *connection, uint32_t events) {
  if (connection->state == STATE_CLOSED) return;
  if (connection->state == STATE_CONNECTING) {
    if (events & (EPOLLOUT | EPOLLERR | EPOLLHUP)) ask(connection);
    return;
  }
  ssize_t size = recv(connection->fd, received, sizeof received, 0);
  receive_us = now_us();
  if (size < 0 && (errno == EAGAIN || errno == EINTR)) return;
  if (size <= 0) {
    close_connection(connection);
  } else if (connection->state != STATE_HEADERS || !answered(connection, &size)) {
    if (size > 0 && take_bytes(connection, received, (size_t)size)) close_connection(connection);
  }
  if (opened < connections_count) open_next();
}

void send_pong(struct connection *connection, const char *payload, size_t size) {
  /* A mask of zeroes is a mask: the payload stays as it is. */
  char pong[6 + 125] = {(char)0x8a, (char)(0x80 | (size & 0x7f))};
  if (size > 125) return;
  memcpy(pong + 6, payload, size);
  /* Where that fails, the next read says why. */
  if (write(connection->fd, pong, 6 + size) < 0) return;
}
