import { CLOCK } from './scripts';

/**
 * One stream and its groups, read in one go. No payload leaves Redis.
 *
 * KEYS[1] a stream.
 * ARGV[1] the most consumers to look through in a group for the least idle one; -1 leaves out all
 * that is told less often (consumers, oldest pending, memory).
 * ARGV[2] the most entries to walk over to count what lies behind cursors, all groups together, and
 * ARGV[3] the most bytes; ARGV[4] an entry's mean bytes, 0 where not known yet.
 * ARGV[5] '' or what was read last: the length, and in ARGV[6] to ARGV[10] the first id, the last
 * id, the last generated id, the entries added and the highest deleted id. While nothing changed,
 * XINFO STREAM is left out: it copies the first and the last entry. A group whose cursor lies past
 * that last generated id shows that entries came and were deleted again.
 * ARGV[11] the entries that were removed when the marks were made and then the marks: an id, how
 * many entries were added up to it (of those that still count), and the id behind it or ''.
 *
 * Answers `[type]`, or flat, for a table in Lua costs more than what stands in it: `stream`,
 * microseconds of Redis's time (0 where scripts see no clock), entries walked, bytes of memory,
 * length, first id, last id, last generated id, entries added, highest deleted id, bytes of the first
 * and last entry (-1 where they were not read); then 12 for each group: name, consumers, pending,
 * last delivered id, entries read, lag, oldest pending, least idle, entries behind the cursor or -1,
 * 1 where those are all, the first id behind it, the last id walked to.
 */
export const SAMPLE_STREAM = `
${CLOCK}
local key = KEYS[1]
local begun = micros()
local kind = redis.call('TYPE', key).ok
if kind ~= 'stream' then return {kind} end

-- Where each field's value stands: the same place in every row of an answer.
local function places(list)
  local found = {}
  for i = 1, #list, 2 do found[list[i]] = i + 1 end
  return found
end
local function below(a, b)
  if a == b then return false end
  local am, as = string.match(a, '^(%d+)-(%d+)$')
  local bm, bs = string.match(b, '^(%d+)-(%d+)$')
  if am == bm then am, bm = as, bs end
  if #am ~= #bm then return #am < #bm end
  return am < bm
end

local groups = redis.call('XINFO', 'GROUPS', key)
local at = groups[1] and places(groups[1])
local function none_is_past(id)
  for g = 1, #groups do
    if below(id, groups[g][at['last-delivered-id']]) then return false end
  end
  return true
end

local length, first, last, generated, added, deleted
local edge_bytes = -1
if ARGV[5] ~= '' and redis.call('XLEN', key) == tonumber(ARGV[5]) and none_is_past(ARGV[8])
  and #redis.call('XRANGE', key, '(' .. ARGV[8], '+', 'COUNT', 1) == 0 then
  length, first, last, generated = tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]
  added, deleted = tonumber(ARGV[9]) or false, ARGV[10] ~= '' and ARGV[10]
else
  local info = redis.call('XINFO', 'STREAM', key)
  added, deleted, first, last, edge_bytes = false, false, '', '', 0
  for i = 1, #info, 2 do
    local field, value = info[i], info[i + 1]
    if field == 'length' then length = value
    elseif field == 'last-generated-id' then generated = value
    elseif field == 'entries-added' then added = value
    elseif field == 'max-deleted-entry-id' then deleted = value
    elseif value and (field == 'first-entry' or field == 'last-entry') then
      if field == 'first-entry' then first = value[1] else last = value[1] end
      local parts = value[2]
      for f = 1, #parts do edge_bytes = edge_bytes + #parts[f] end
    end
  end
end

local detailed = tonumber(ARGV[1]) >= 0
local memory = false
if detailed then
  memory = redis.pcall('MEMORY', 'USAGE', key)
  if type(memory) == 'table' then memory = false end
end
local mean = tonumber(ARGV[4])
if mean == 0 then mean = memory and memory / math.max(1, length) or 4096 end
local room = math.min(tonumber(ARGV[2]), math.floor(tonumber(ARGV[3]) / math.max(1, mean)))
if room < 1 and tonumber(ARGV[2]) > 0 then room = 1 end
local walked = 0

local removed = added and added - length or 0
local base = added or length
local marks = {}
if added and first ~= '' then
  local before = tonumber(ARGV[11])
  for m = 12, #ARGV, 3 do
    local id = ARGV[m]
    -- Nothing was removed since, or only at or before the mark: so what lies behind it is still there.
    if (before == removed or deleted and not below(id, deleted)) and not below(id, first) then
      marks[#marks + 1] = {id, tonumber(ARGV[m + 1]), ARGV[m + 2]}
    end
  end
end

-- Up to max entries of a range: how many, whether those are all, the first and the last id.
local function walk(from, to, max)
  max = math.min(max, room)
  if max < 1 then return nil end
  local entries = redis.call('XRANGE', key, from, to, 'COUNT', max)
  local n = #entries
  walked, room = walked + n, room - n
  return n, n < max, n > 0 and entries[1][1] or '', n > 0 and entries[n][1] or ''
end
local function after(cursor)
  local entries = redis.call('XRANGE', key, '(' .. cursor, '+', 'COUNT', 1)
  return entries[1] and entries[1][1] or ''
end

-- Entries behind a cursor that lies among the entries: from the nearest mark, or from both ends.
-- None takes the room that others need.
local share = math.max(1, math.floor(room / (2 * math.max(1, #groups))))
local seen = {}
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
  local consumers = redis.call('XINFO', 'CONSUMERS', key, group)
  local at = consumers[1] and places(consumers[1]).idle
  for c = 1, #consumers do
    if not idle or consumers[c][at] < idle then idle = consumers[c][at] end
  end
  return idle
end

local looked_through = tonumber(ARGV[1])
local reply = {kind, 0, 0, memory, length, first, last, generated, added, deleted, edge_bytes}
local n = #reply
for g = 1, #groups do
  local row = groups[g]
  local name, consumers, pending = row[at.name], row[at.consumers], row[at.pending]
  local cursor = row[at['last-delivered-id']]
  reply[n + 1], reply[n + 2], reply[n + 3], reply[n + 4] = name, consumers, pending, cursor
  reply[n + 5] = at['entries-read'] and row[at['entries-read']] or false
  reply[n + 6] = at.lag and row[at.lag] or false
  reply[n + 7], reply[n + 8] = false, false
  if detailed then
    if pending > 0 then
      reply[n + 7] = redis.call('XPENDING', key, name, '-', '+', 1)[1] or false
    end
    if consumers > 0 and consumers <= looked_through then reply[n + 8] = least_idle(name) end
  end
  if cursor ~= generated and length > 0
    and below(cursor, generated) and not below(cursor, first) then
    local count = behind(cursor)
    reply[n + 9], reply[n + 10], reply[n + 11], reply[n + 12] = count[1], count[2], count[3], count[4]
  else
    reply[n + 9], reply[n + 10], reply[n + 11], reply[n + 12] = -1, 0, '', ''
  end
  n = n + 12
end
reply[2] = math.floor(micros() - begun)
reply[3] = walked
return reply
`;
