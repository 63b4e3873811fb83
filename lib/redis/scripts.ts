/**
 * Lua that runs inside Redis. The keys of a script share one hash slot, so that it works on a
 * cluster. It reads what it is given and answers plain arrays, where `false` stands for nil.
 */

/**
 * A Lua function: a clock in microseconds, to tell what a script costs. From Redis 7.2 on time stands
 * still in a script; from 7.4 on, and in Valkey, there is the processor's clock. In between there is none.
 */
export const CLOCK = `
local os = rawget(_G, 'os')
local function micros()
  if os and os.clock then return os.clock() * 1000000 end
  local time = redis.pcall('TIME')
  return time.err and 0 or time[1] * 1000000 + time[2]
end
`;

/**
 * KEYS[1] a stream, ARGV[1] and ARGV[2] ids, ARGV[3] the most entries to step over.
 * Answers `[entries after the first id and up to the second, first of their ids, last of their ids,
 * microseconds it took]`; payloads stay inside.
 */
export const COUNT_ENTRIES_AFTER = `${CLOCK}
local begun = micros()
local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], ARGV[2], 'COUNT', ARGV[3])
local n = #entries
local first, last = n > 0 and entries[1][1], n > 0 and entries[n][1]
return {n, first, last, math.floor(micros() - begun)}
`;

/**
 * A Lua function: where a stream stands, `[type]` alone for a key that is none. No payload leaves,
 * but Redis copies the first and the last entry for it: last in the answer is how much that was. (Not
 * how long it took: 7.2 shows scripts no clock, and bytes tell the same on every version.)
 */
const POSITION = `
local function bytesOf(entry)
  local bytes = 0
  for i = 1, entry and #entry[2] or 0 do bytes = bytes + #entry[2][i] end
  return bytes
end
local function position(key)
  local kind = redis.call('TYPE', key).ok
  if kind ~= 'stream' then return {kind} end
  local info = redis.call('XINFO', 'STREAM', key)
  local facts = {}
  for i = 1, #info, 2 do facts[info[i]] = info[i + 1] end
  local first = facts['first-entry'] and facts['first-entry'][1]
  return {
    kind, facts.length, facts['last-generated-id'], facts['entries-added'] or false,
    first or false, facts['max-deleted-entry-id'] or false,
    bytesOf(facts['first-entry']) + bytesOf(facts['last-entry']),
  }
end
`;

/**
 * KEYS streams, ARGV for each the id of an entry that was there, or an empty string. Answers for each
 * `['same']` where that entry is still there, else `[type]`, or `['stream', length, last generated id,
 * entries added, first entry's id, highest deleted id, bytes copied for this]`, nil where the server
 * does not know.
 */
export const READ_STREAM_POSITIONS = `${POSITION}
local positions = {}
for i = 1, #KEYS do
  local there = ARGV[i] ~= '' and redis.call('TYPE', KEYS[i]).ok == 'stream'
    and #redis.call('XRANGE', KEYS[i], ARGV[i], ARGV[i]) > 0
  positions[i] = there and {'same'} or position(KEYS[i])
end
return positions
`;

/**
 * A Lua function: entries of a range, `max` at most, fewer once those that are not `from` itself come
 * to ARGV[6] bytes. COUNT knows no bytes: it grows from 1, so that large ones do not pile up in here.
 */
const READ_BOUNDED = `
local function read_bounded(command, from, to, max)
  local entries, bytes, count = {}, 0, 1
  while #entries < max and bytes < tonumber(ARGV[6]) do
    count = math.min(count, max - #entries)
    local found = redis.call(command, KEYS[1], from, to, 'COUNT', count)
    for e = 1, #found do
      local id, fields = found[e][1], found[e][2]
      for f = 1, id == from and 0 or #fields do bytes = bytes + #fields[f] end
      entries[#entries + 1] = found[e]
    end
    local last = #found == count and found[count][1]
    if not last then break end
    -- Nothing can come behind the highest id, and Redis refuses to be asked.
    if command == 'XRANGE' and last == '18446744073709551615-18446744073709551615' then break end
    from, count = '(' .. last, math.min(16, 4 * count)
  end
  return entries
end
`;

/** Lua that leaves the large ones of `entries` here but for an outline, and answers with `at`. */
const OUTLINE_AND_ANSWER = `
local sizes, whole, pairs_max, value_max = {}, tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
for e = 1, #entries do
  local fields, bytes = entries[e][2], 0
  for f = 1, #fields do bytes = bytes + #fields[f] end
  sizes[e] = 0
  if bytes > whole then
    local kept = {}
    for f = 1, math.min(#fields, 2 * pairs_max) do
      kept[f] = #fields[f] <= value_max and fields[f] or ''
    end
    entries[e][2], sizes[e] = kept, bytes
  end
end
return {at, entries, sizes}
`;

/**
 * KEYS[1] a stream, ARGV[1] an id, ARGV[2] the most entries to read, ARGV[3] the bytes past which an
 * entry stays here but for its first ARGV[4] fields, their values up to ARGV[5] bytes each, ARGV[6]
 * the bytes after which no further entry is read.
 * Answers `[position as above, entries after the id, whole size of each that stayed, else 0]`, all
 * of one moment; `['same']` for the position where the entry of that id is there.
 */
export const READ_STREAM_PAGE = `${POSITION}${READ_BOUNDED}
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' then return {{kind}, {}, {}} end
local entries = read_bounded('XRANGE', ARGV[1], '+', ARGV[2] + 1)
local at
if entries[1] and entries[1][1] == ARGV[1] then
  at = {'same'}
  table.remove(entries, 1)
else
  at = position(KEYS[1])
  entries[ARGV[2] + 1] = nil
end
${OUTLINE_AND_ANSWER}`;

/** The same backwards and always `['same']`: entries from the id ARGV[1] on down to ARGV[7]. */
export const READ_STREAM_PAGE_BACK = `${READ_BOUNDED}
local kind = redis.call('TYPE', KEYS[1]).ok
if kind ~= 'stream' then return {{kind}, {}, {}} end
local at = {'same'}
local entries = read_bounded('XREVRANGE', ARGV[1], ARGV[7], tonumber(ARGV[2]))
${OUTLINE_AND_ANSWER}`;

/**
 * KEYS[1] a stream, ARGV[1] the bytes after which no further entry is read, ARGV[2] the bytes past
 * which an entry stays here but for its first ARGV[3] fields, their values up to ARGV[4] bytes each;
 * then ids. Answers for each id in turn nil where there is no such entry, else
 * `[entry, its whole size where it stayed, else 0]`; fewer than ids where it stopped.
 */
export const READ_ENTRIES_BY_ID = `
local answers, read = {}, 0
local whole, pairs_max, value_max = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
for i = 5, #ARGV do
  local entry = redis.call('XRANGE', KEYS[1], ARGV[i], ARGV[i])[1]
  if entry then
    local fields, bytes = entry[2], 0
    for f = 1, #fields do bytes = bytes + #fields[f] end
    read = read + bytes
    if bytes > whole then
      local kept = {}
      for f = 1, math.min(#fields, 2 * pairs_max) do
        kept[f] = #fields[f] <= value_max and fields[f] or ''
      end
      answers[#answers + 1] = {{entry[1], kept}, bytes}
    else
      answers[#answers + 1] = {entry, 0}
    end
  else
    answers[#answers + 1] = false
  end
  if read > tonumber(ARGV[1]) then break end
end
return answers
`;

/**
 * KEYS[1] a stream, KEYS[2] where the answer is kept (same slot by its hash tag).
 * ARGV[1] fingerprint of the request, ARGV[2] seconds to keep it, ARGV[3] what else to remember,
 * ARGV[4] MAXLEN, then the entry's fields.
 * Answers `[fingerprint, entry id, what was remembered, 1 if added now else 0]`.
 */
export const ADD_ENTRY_ONCE = `
local kept = redis.call('GET', KEYS[2])
if kept and kept ~= '' then
  local fingerprint, id, remembered = string.match(kept, '^(%S+) (%S+) (.*)$')
  return {fingerprint, id, remembered, 0}
end
-- Where the answer may not be kept this fails, before anything was added.
redis.call('SET', KEYS[2], '', 'PX', 1)
local id = redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[4], '*', unpack(ARGV, 5))
redis.call('SET', KEYS[2], ARGV[1] .. ' ' .. id .. ' ' .. ARGV[3], 'EX', ARGV[2])
return {ARGV[1], id, ARGV[3], 1}
`;

/**
 * KEYS[1] a lease, KEYS[2] what was written last. ARGV[1] who asks, ARGV[2] milliseconds it lasts.
 * Takes the lease where it is free, renews it where it is the asker's own. A lease that would never
 * end, or lasts longer than one may, was not made here and counts as free.
 * Answers `[1 if held now else 0, seconds and microseconds of Redis's clock, what was written last]`,
 * or -1 and the error last where Redis refuses writes: an error reply may end the connection.
 */
export const TAKE_LEASE = `
local time = redis.call('TIME')
local written = redis.pcall('GET', KEYS[2])
if type(written) ~= 'string' then written = '' end
local left = redis.call('PTTL', KEYS[1])
local free = left < 0 or left > tonumber(ARGV[2])
if not free and redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return {0, time[1], time[2], written} end
local set = redis.pcall('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
if set.err then return {-1, time[1], time[2], set.err} end
return {1, time[1], time[2], written}
`;

/** KEYS[1] a lease, ARGV[1] who held it. Ends it where it is still the holder's; answers 1 then. */
export const RELEASE_LEASE = `
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], '', 'PX', 1)
return 1
`;

/**
 * KEYS[1] a lease, KEYS[2] what was written last, then the chunks. ARGV[1] the holder, ARGV[2] what
 * it takes to be written last, ARGV[3] what will be, ARGV[4] milliseconds to keep that, ARGV[5] the
 * most bytes of a chunk; then for each chunk its bytes so far (-1: whatever they are), milliseconds
 * it lives from its first byte, and the bytes to append.
 * Answers `['lost']` where the lease is another's, `['moved', what was written last]` where somebody
 * wrote in between, `['refused', error]` where Redis takes no writes, else `['written', …]` with each chunk's bytes now, or -1 for one that is not as
 * it was left and -2 for one that is full or no string: they keep what they have.
 */
export const WRITE_HISTORY = `
if redis.pcall('GET', KEYS[1]) ~= ARGV[1] then return {'lost'} end
local written = redis.pcall('GET', KEYS[2])
if type(written) ~= 'string' then written = '' end
if written ~= ARGV[2] then return {'moved', written} end
local set = redis.pcall('SET', KEYS[2], ARGV[3], 'PX', ARGV[4])
if set.err then return {'refused', set.err} end
local sizes = {'written'}
for k = 3, #KEYS do
  local at = 6 + (k - 3) * 3
  local expected, bytes = tonumber(ARGV[at]), ARGV[at + 2]
  local size = redis.pcall('STRLEN', KEYS[k])
  if type(size) ~= 'number' or size + #bytes > tonumber(ARGV[5]) then
    sizes[k - 1] = -2
  elseif expected >= 0 and size ~= expected then
    sizes[k - 1] = -1
  elseif size == 0 then
    local begun = redis.pcall('SET', KEYS[k], bytes, 'PX', ARGV[at + 1])
    if begun.err then return {'refused', begun.err} end
    sizes[k - 1] = #bytes
  else
    local appended = redis.pcall('SETRANGE', KEYS[k], size, bytes)
    if type(appended) == 'table' then return {'refused', appended.err} end
    sizes[k - 1] = appended
  end
end
return sizes
`;
