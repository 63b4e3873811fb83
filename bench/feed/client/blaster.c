/* blaster PORT SUBSCRIBERS FRAMES_PER_WRITE: a sink turned round. It accepts so many subscribers and
 * writes them the same numbered frames as fast as they are taken, with no Redis and no work: what
 * the load client receives from it is the load client's own ceiling. */
#define _GNU_SOURCE
#include "client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#define FRAME_BYTES 395

static void write_whole(int fd, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t sent = write(fd, bytes, size);
    if (sent <= 0) exit(0); /* the client has what it wanted */
    bytes += sent;
    size -= (size_t)sent;
  }
}

static size_t write_frame(char *at, uint64_t sequence) {
  size_t size = (size_t)sprintf(at, "id: 1700000000000-0\nevent: ingestion.progress\ndata: {\"" SEQUENCE_KEY "\":%llu,\"message\":\"",
                                (unsigned long long)sequence);
  while (size < FRAME_BYTES - 4) at[size++] = '.';
  memcpy(at + size, "\"}\n\n", 4);
  return size + 4;
}

int main(int count, char **arguments) {
  if (count < 4) return 2;
  int port = atoi(arguments[1]), subscribers = atoi(arguments[2]), frames = atoi(arguments[3]), on = 1;
  struct rlimit files;
  getrlimit(RLIMIT_NOFILE, &files);
  files.rlim_cur = files.rlim_max;
  setrlimit(RLIMIT_NOFILE, &files);
  signal(SIGPIPE, SIG_IGN);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int listener = socket(AF_INET, SOCK_STREAM, 0);
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) return 1;
  int *fds = calloc((size_t)subscribers, sizeof *fds);
  char *batch = malloc((size_t)frames * (FRAME_BYTES + 1) + 64), request[2048];
  for (int at = 0; at < subscribers; at++) {
    fds[at] = accept(listener, NULL, NULL);
    if (read(fds[at], request, sizeof request) <= 0) return 1;
    setsockopt(fds[at], IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const char *head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "d\r\n: connected\n\n\r\n";
    write_whole(fds[at], head, strlen(head));
  }
  for (uint64_t sequence = FIRST_SEQUENCE;;) {
    size_t size = (size_t)sprintf(batch, "%x\r\n", frames * FRAME_BYTES);
    for (int frame = 0; frame < frames; frame++) size += write_frame(batch + size, sequence++);
    size += (size_t)sprintf(batch + size, "\r\n");
    for (int at = 0; at < subscribers; at++) write_whole(fds[at], batch, size);
  }
}
