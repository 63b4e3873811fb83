/* HTTP chunks, Server-Sent Events and WebSocket messages. The next frame most often has the length
 * of the last and its number at the same place: that is looked at first, and proves itself. */
#define _GNU_SOURCE
#include "client.h"

#include <stdlib.h>
#include <string.h>

enum protocol protocol;
const char *ready_text = "";

static size_t usual_size, usual_key_at;
static const size_t key_size = sizeof SEQUENCE_KEY - 1;

static int carry(struct connection *connection, const char *bytes, size_t size) {
  size_t needed = connection->carry_size + size;
  if (needed > FRAME_BYTES_MAX) return -1;
  if (needed > connection->carry_capacity) {
    size_t capacity = needed < 1024 ? 1024 : needed * 2;
    char *grown = realloc(connection->carry, capacity);
    if (!grown) return -1;
    connection->carry = grown;
    connection->carry_capacity = capacity;
  }
  memcpy(connection->carry + connection->carry_size, bytes, size);
  connection->carry_size = needed;
  return 0;
}

static uint64_t big_endian(const unsigned char *bytes, int size) {
  uint64_t value = 0;
  for (int at = 0; at < size; at++) value = value << 8 | bytes[at];
  return value;
}

/* The number behind the key: JSON digits, or a MessagePack integer or double. */
static uint64_t number_after(const char *text, const char *end) {
  const unsigned char *at = (const unsigned char *)text;
  if (end - text < 9) return 0;
  switch (*at) {
    case 0xce: case 0xd2: return big_endian(at + 1, 4);
    case 0xcf: case 0xd3: return big_endian(at + 1, 8);
    case 0xcb: {
      uint64_t bits = big_endian(at + 1, 8);
      double value;
      memcpy(&value, &bits, sizeof value);
      return (uint64_t)value;
    }
  }
  while (text < end && (*text == '"' || *text == '\\' || *text == ':' || *text == ' ')) text++;
  uint64_t value = 0;
  while (text < end && *text >= '0' && *text <= '9') value = value * 10 + (uint64_t)(*text++ - '0');
  return value;
}

static void take_frame(struct connection *connection, const char *frame, size_t size) {
  const char *key = NULL;
  if (usual_key_at + key_size <= size && memcmp(frame + usual_key_at, SEQUENCE_KEY, key_size) == 0)
    key = frame + usual_key_at;
  else
    key = memmem(frame, size, SEQUENCE_KEY, key_size);
  if (!key) {
    if (!connection->ready && memmem(frame, size, ready_text, strlen(ready_text))) {
      connection->ready = 1;
      totals.ready++;
    } else {
      totals.others++;
    }
    return;
  }
  usual_size = size;
  usual_key_at = (size_t)(key - frame);
  tally_event(connection, number_after(key + key_size, frame + size));
}

static int take_sse(struct connection *connection, const char *bytes, size_t size) {
  const char *end = bytes + size;
  if (connection->carry_size > 0 && size > 0) {
    const char *blank = NULL;
    if (connection->carry[connection->carry_size - 1] == '\n' && *bytes == '\n') {
      blank = bytes + 1;
    } else {
      blank = memmem(bytes, size, "\n\n", 2);
      if (blank) blank += 2;
    }
    if (carry(connection, bytes, (size_t)((blank ? blank : end) - bytes))) return -1;
    if (!blank) return 0;
    take_frame(connection, connection->carry, connection->carry_size);
    connection->carry_size = 0;
    bytes = blank;
  }
  while (bytes < end) {
    size_t left = (size_t)(end - bytes);
    const char *next = bytes + usual_size;
    if (!(usual_size > key_size && left >= usual_size && next[-1] == '\n' && next[-2] == '\n' &&
          memcmp(bytes + usual_key_at, SEQUENCE_KEY, key_size) == 0)) {
      next = memmem(bytes, left, "\n\n", 2);
      if (!next) return carry(connection, bytes, left);
      next += 2;
    }
    take_frame(connection, bytes, (size_t)(next - bytes));
    bytes = next;
  }
  return 0;
}

/* RFC 6455, section 5.2. Returns the size of header and payload, 0 where the header is not whole. */
static size_t message_size(const unsigned char *bytes, size_t size, size_t *header) {
  if (size < 2) return 0;
  size_t length = bytes[1] & 0x7f;
  *header = 2;
  if (length == 126) {
    if (size < 4) return 0;
    length = (size_t)big_endian(bytes + 2, 2);
    *header = 4;
  } else if (length == 127) {
    if (size < 10) return 0;
    length = (size_t)big_endian(bytes + 2, 8);
    *header = 10;
  }
  return *header + length;
}

static int take_messages(struct connection *connection, const char *bytes, size_t size,
                         size_t *used) {
  *used = 0;
  while (*used < size) {
    const unsigned char *message = (const unsigned char *)bytes + *used;
    size_t header = 0, whole = message_size(message, size - *used, &header);
    if (whole > FRAME_BYTES_MAX) return -1;
    if (whole == 0 || whole > size - *used) return 0;
    int opcode = message[0] & 0x0f;
    if (opcode == 8) return -1;
    if (opcode == 9) send_pong(connection, (const char *)message + header, whole - header);
    if (opcode == 2) totals.binary++;
    if (opcode <= 2) take_frame(connection, (const char *)message + header, whole - header);
    *used += whole;
  }
  return 0;
}

static int take_websocket(struct connection *connection, const char *bytes, size_t size) {
  size_t used;
  /* What is missing of one message is taken bytewise from what came, then the rest in place. */
  while (connection->carry_size > 0 && size > 0) {
    size_t header = 0, step = 1;
    size_t whole = message_size((unsigned char *)connection->carry, connection->carry_size, &header);
    if (whole > FRAME_BYTES_MAX) return -1;
    if (whole > connection->carry_size) step = whole - connection->carry_size;
    if (step > size) step = size;
    if (carry(connection, bytes, step)) return -1;
    bytes += step;
    size -= step;
    if (take_messages(connection, connection->carry, connection->carry_size, &used)) return -1;
    if (used > 0) connection->carry_size = 0;
  }
  if (take_messages(connection, bytes, size, &used)) return -1;
  return used < size ? carry(connection, bytes + used, size - used) : 0;
}

static int take_body(struct connection *connection, const char *bytes, size_t size) {
  if (protocol == PROTOCOL_WS) return take_websocket(connection, bytes, size);
  return take_sse(connection, bytes, size);
}

/* RFC 9112, section 7.1. States: 0 the size, 1 the rest of its line, 2 data, 3 the line's end. */
static int take_chunks(struct connection *connection, const char *bytes, size_t size) {
  const char *end = bytes + size;
  while (bytes < end) {
    if (connection->chunk_state == 2) {
      size_t step = (size_t)(end - bytes);
      if (step > connection->chunk_left) step = connection->chunk_left;
      if (take_body(connection, bytes, step)) return -1;
      bytes += step;
      connection->chunk_left -= step;
      if (connection->chunk_left == 0) connection->chunk_state = 3;
      continue;
    }
    char next = *bytes++;
    if (connection->chunk_state == 3) {
      if (next == '\n') connection->chunk_state = 0;
    } else if (next == '\n') {
      if (connection->chunk_left == 0) return -1; /* the last chunk: the answer has ended */
      connection->chunk_state = 2;
    } else if (connection->chunk_state == 0) {
      int digit = next >= '0' && next <= '9' ? next - '0' : (next | 32) - 'a' + 10;
      if (digit >= 0 && digit < 16 && next != '\r') connection->chunk_left = connection->chunk_left * 16 + (uint64_t)digit;
      else connection->chunk_state = 1;
    }
  }
  return 0;
}

int take_bytes(struct connection *connection, char *bytes, size_t size) {
  if (connection->chunked) return take_chunks(connection, bytes, size);
  return take_body(connection, bytes, size);
}

int take_headers(struct connection *connection, const char *bytes, size_t size, size_t *used) {
  size_t before = connection->carry_size;
  if (carry(connection, bytes, size)) return -1;
  const char *end = memmem(connection->carry, connection->carry_size, "\r\n\r\n", 4);
  if (!end) return 0;
  *used = (size_t)(end + 4 - connection->carry) - before;
  connection->carry[end - connection->carry] = 0;
  connection->chunked = strcasestr(connection->carry, "transfer-encoding: chunked") != NULL;
  int status = connection->carry_size > 12 ? atoi(connection->carry + 9) : -1;
  connection->carry_size = 0;
  return status > 0 ? status : -1;
}
