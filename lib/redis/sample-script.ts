import { CLOCK } from './scripts';

/**
 * Streams and their groups, each read in one go. No payload leaves Redis.
 *
 * KEYS the streams. ARGV[1] the most consumers to look through in a group for the least idle one; -1
 * leaves out all that is told less often (consumers, oldest pending, memory). Then for each stream how
 * many arguments it has, and these:
 * - the most entries to walk over to count what lies behind cursors, all groups together, and the most
 *   bytes; an entry's mean bytes, 0 where not known yet;
 * - '' or what was read last: the length, first id, last id, last generated id, entries added and
 *   highest deleted id. While nothing changed, XINFO STREAM is left out: it copies the first and the
 *   last entry. A group whose cursor lies past that last generated id shows that entries came and were
 *   deleted again;
 * - the entries that were removed when the marks were made and then the marks: an id, how many entries
 *   were added up to it (of those that still count), and the id behind it or ''.
 *
 * Answers for each stream an empty list where reading it failed beside others (alone it fails as a
 * whole), `[type]`, or flat, for a table in Lua costs more than what stands in it: `stream`,
 * microseconds of Redis's time (0 where scripts see no clock), entries walked, bytes of memory,
 * length, first id, last id, last generated id, entries added, highest deleted id, bytes of the first
 * and last entry (-1 where they were not read), keys and nodes of the radix tree (likewise); then 8
 * for each group: name, consumers, pending,
 * last delivered id, entries read, lag, `[oldest pending, least idle]` where those were asked for, and
 * for a cursor among the entries `[entries behind it or -1, 1 where those are all, the first id
 * behind it, the last id walked to]`.
 */
export const SAMPLE_STREAMS = `
${CLOCK}
local call, byte, match = redis.call, string.byte, string.match
local looked_through = tonumber(ARGV[1])
local detailed = looked_through >= 0
-- Of the stream that is being read: functions made anew for each would cost more than they do.
local key, groups, length, room, walked, base, marks, seen, share
-- Where the fields stand in what XINFO answers: found once, at the first stream.
local in_group, in_stream, in_consumer

-- Where each field's value stands: the same place in every answer of one command.
local function places(list)
  local found = {}
  for i = 1, #list, 2 do found[list[i]] = i + 1 end
  return found
end
local function below(a, b)
  if a == b then return false end
  -- Milliseconds of 13 digits, as clocks tell them: the text has the order of the numbers.
  local a_is_usual, b_is_usual = byte(a, 14) == 45, byte(b, 14) == 45
  if a_is_usual and b_is_usual and #a == #b then return a < b end
  -- Too short for 13 digits, a dash and another: an earlier time.
  if b_is_usual and #a < 15 then return true end
  if a_is_usual and #b < 15 then return false end
  local am, as = match(a, '^(%d+)-(%d+)$')
  local bm, bs = match(b, '^(%d+)-(%d+)$')
  if am == bm then am, bm = as, bs end
  if #am ~= #bm then return #am < #bm end
  return am < bm
end
local function none_is_past(id, cursors_at)
  for g = 1, #groups do
    if below(id, groups[g][cursors_at]) then return false end
  end
  return true
end

-- Up to max entries of a range: how many, whether those are all, the first and the last id.
local function walk(from, to, max)
  max = math.min(max, room)
  if max < 1 then return nil end
  local entries = call('XRANGE', key, from, to, 'COUNT', max)
  local n = #entries
  walked, room = walked + n, room - n
  return n, n < max, n > 0 and entries[1][1] or '', n > 0 and entries[n][1] or ''
end
local function after(cursor)
  local entries = call('XRANGE', key, '(' .. cursor, '+', 'COUNT', 1)
  return entries[1] and entries[1][1] or ''
end

-- Entries behind a cursor that lies among the entries: from the nearest mark, or from both ends.
-- None takes the room that others need.
local function count_behind(cursor)
  local lower, upper
  for m = 1, #marks do
    local mark = marks[m]
    if below(cursor, mark[1]) then
      if not upper or below(mark[1], upper[1]) then upper = mark end
    elseif not lower or below(lower[1], mark[1]) then
      lower = mark
    end
  end
  if lower and lower[1] == cursor then
    return {base - lower[2], 1, lower[3] ~= '' and lower[3] or after(cursor), ''}
  end
  if lower and lower[3] == cursor then return {base - lower[2] - 1, 1, after(cursor), ''} end
  if lower then
    local n, all = walk('(' .. lower[1], cursor, room)
    if all then return {base - lower[2] - n, 1, after(cursor), ''} end
  end
  local n, all, oldest, newest = walk('(' .. cursor, upper and upper[1] or '+', share)
  if not n then return {-1, 0, after(cursor), ''} end
  if all then return {n + (upper and base - upper[2] or 0), 1, oldest ~= '' and oldest or after(cursor), newest} end
  local before, whole = walk('-', cursor, share)
  if whole then return {length - before, 1, oldest, ''} end
  return {n, 0, oldest, newest}
end
local function behind(cursor)
  local found = seen[cursor] or count_behind(cursor)
  seen[cursor] = found
  if found[2] == 1 then marks[#marks + 1] = {cursor, base - found[1], found[3]} end
  return found
end

local function least_idle(group)
  local idle = false
  local consumers = call('XINFO', 'CONSUMERS', key, group)
  in_consumer = in_consumer or consumers[1] and places(consumers[1])
  local at = in_consumer and in_consumer.idle
  for c = 1, #consumers do
    if not idle or consumers[c][at] < idle then idle = consumers[c][at] end
  end
  return idle
end

local function sample(name, from, upto)
  key, walked, marks, seen = name, 0, {}, {}
  local kind = call('TYPE', key).ok
  if kind ~= 'stream' then return {kind} end
  groups = call('XINFO', 'GROUPS', key)
  in_group = in_group or groups[1] and places(groups[1])
  local at = in_group
  local entries_max, bytes_max, mean = tonumber(ARGV[from]), tonumber(ARGV[from + 1]), tonumber(ARGV[from + 2])
  local known = from + 3
  local is_known = ARGV[known] ~= ''

  local first, last, generated, added, deleted
  local edge_bytes, tree_keys, tree_nodes = -1, false, false
  if is_known and call('XLEN', key) == tonumber(ARGV[known])
    and (#groups == 0 or none_is_past(ARGV[known + 3], at['last-delivered-id']))
    and #call('XRANGE', key, '(' .. ARGV[known + 3], '+', 'COUNT', 1) == 0 then
    length, first, last, generated = tonumber(ARGV[known]), ARGV[known + 1], ARGV[known + 2], ARGV[known + 3]
    added, deleted = tonumber(ARGV[known + 4]) or false, ARGV[known + 5] ~= '' and ARGV[known + 5]
  else
    local info = call('XINFO', 'STREAM', key)
    in_stream = in_stream or places(info)
    local here = in_stream
    length, generated = info[here.length], info[here['last-generated-id']]
    added = here['entries-added'] and info[here['entries-added']] or false
    deleted = here['max-deleted-entry-id'] and info[here['max-deleted-entry-id']] or false
    tree_keys, tree_nodes = info[here['radix-tree-keys']] or false, info[here['radix-tree-nodes']] or false
    local entry, newest = info[here['first-entry']], info[here['last-entry']]
    first, last, edge_bytes = entry and entry[1] or '', newest and newest[1] or '', 0
    for _, edge in ipairs({entry or nil, newest or nil}) do
      local parts = edge[2]
      for f = 1, #parts do edge_bytes = edge_bytes + #parts[f] end
    end
  end

  local memory = false
  if detailed then
    memory = redis.pcall('MEMORY', 'USAGE', key)
    if type(memory) == 'table' then memory = false end
  end
  if mean == 0 then mean = memory and memory / math.max(1, length) or 4096 end
  room = math.min(entries_max, math.floor(bytes_max / math.max(1, mean)))
  if room < 1 and entries_max > 0 then room = 1 end
  share = math.max(1, math.floor(room / (2 * math.max(1, #groups))))

  local removed = added and added - length or 0
  base = added or length
  if added and first ~= '' then
    local removed_at = known + (is_known and 6 or 1)
    local before = tonumber(ARGV[removed_at])
    for m = removed_at + 1, upto, 3 do
      local id = ARGV[m]
      -- Nothing was removed since, or only at or before the mark: so what lies behind it is still there.
      if (before == removed or deleted and not below(id, deleted)) and not below(id, first) then
        marks[#marks + 1] = {id, tonumber(ARGV[m + 1]), ARGV[m + 2]}
      end
    end
  end

  local reply = {kind, 0, 0, memory, length, first, last, generated, added, deleted, edge_bytes, tree_keys, tree_nodes}
  local n = #reply
  local name_at, consumers_at, pending_at = at and at.name, at and at.consumers, at and at.pending
  local cursor_at, read_at, lag_at = at and at['last-delivered-id'], at and at['entries-read'], at and at.lag
  for g = 1, #groups do
    local row = groups[g]
    local name, consumers, pending, cursor = row[name_at], row[consumers_at], row[pending_at], row[cursor_at]
    reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = name, consumers, pending, cursor
    reply[n + 5] = read_at and row[read_at] or false
    reply[n + 6] = lag_at and row[lag_at] or false
    reply[n + 7] = false
    if detailed then
      local oldest = pending > 0 and call('XPENDING', key, name, '-', '+', 1)[1] or false
      local has_few = consumers > 0 and consumers <= looked_through
      reply[n + 7] = {oldest, has_few and least_idle(name) or false}
    end
    reply[n + 8] = cursor ~= generated and length > 0
      and below(cursor, generated) and not below(cursor, first) and behind(cursor)
    n = n + 8
  end
  reply[3] = walked
  return reply
end

local replies = {}
local from = 2
local begun = micros()
for k = 1, #KEYS do
  local upto = from + tonumber(ARGV[from])
  local ok, reply = true, nil
  if #KEYS == 1 then reply = sample(KEYS[k], from + 1, upto)
  else ok, reply = pcall(sample, KEYS[k], from + 1, upto) end
  replies[k] = ok and reply or {}
  local ended = micros()
  if ok and #reply > 1 then reply[2] = math.floor(ended - begun) end
  begun = ended
  from = upto + 1
end
return replies
`;
