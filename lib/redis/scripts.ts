/**
 * Lua that runs inside Redis. The keys of a script share one hash slot, so that it works on a
 * cluster. It reads what it is given and answers plain arrays, where `false` stands for nil.
 */

/**
 * KEYS[1] a stream. ARGV[1] the most consumers to look through in a group.
 * Answers `[type]`, or `['stream', XINFO STREAM without payloads, XINFO GROUPS,
 * [oldest pending of each group], [least idle consumer of each group], bytes of memory]`.
 */
export const READ_STREAM_INFO = `
local key = KEYS[1]
local kind = redis.call('TYPE', key).ok
if kind ~= 'stream' then return {kind} end
local info = redis.call('XINFO', 'STREAM', key)
for i = 1, #info, 2 do
  if info[i] == 'first-entry' or info[i] == 'last-entry' then
    info[i + 1] = info[i + 1] and info[i + 1][1] or false
  end
end
local groups = redis.call('XINFO', 'GROUPS', key)
local oldest, idle = {}, {}
for g = 1, #groups do
  local facts = {}
  for i = 1, #groups[g], 2 do facts[groups[g][i]] = groups[g][i + 1] end
  oldest[g] = facts.pending > 0 and redis.call('XPENDING', key, facts.name, '-', '+', 1)[1] or false
  idle[g] = false
  if facts.consumers > 0 and facts.consumers <= tonumber(ARGV[1]) then
    local consumers = redis.call('XINFO', 'CONSUMERS', key, facts.name)
    for c = 1, #consumers do
      for i = 1, #consumers[c], 2 do
        if consumers[c][i] == 'idle' and (not idle[g] or consumers[c][i + 1] < idle[g]) then
          idle[g] = consumers[c][i + 1]
        end
      end
    end
  end
end
local memory = redis.pcall('MEMORY', 'USAGE', key)
if type(memory) == 'table' then memory = false end
return {'stream', info, groups, oldest, idle, memory}
`;

/**
 * KEYS[1] a stream, ARGV[1] an id, ARGV[2] the most entries to step over.
 * Answers `[entries after the id, first of their ids, last of their ids]`; payloads stay inside.
 */
export const COUNT_ENTRIES_AFTER = `
local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
local n = #entries
if n == 0 then return {0, false, false} end
return {n, entries[1][1], entries[n][1]}
`;

/** A Lua function: where a stream stands, `[type]` alone for a key that is none. No payload leaves. */
const POSITION = `
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
  }
end
`;

/**
 * KEYS streams. Answers for each `[type]`, or `['stream', length, last generated id, entries added,
 * first entry's id, highest deleted id]`, nil where the server does not know.
 */
export const READ_STREAM_POSITIONS = `${POSITION}
local positions = {}
for i = 1, #KEYS do positions[i] = position(KEYS[i]) end
return positions
`;

/**
 * KEYS[1] a stream, ARGV[1] an id, ARGV[2] the most entries to read, ARGV[3] the bytes past which an
 * entry stays here but for its first ARGV[4] fields, their values up to ARGV[5] bytes each.
 * Answers `[position as above, entries after the id, whole size of each that stayed, else 0]`, all
 * of one moment.
 */
export const READ_STREAM_PAGE = `${POSITION}
local at = position(KEYS[1])
if at[1] ~= 'stream' then return {at, {}, {}} end
local entries = redis.call('XRANGE', KEYS[1], '(' .. ARGV[1], '+', 'COUNT', ARGV[2])
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
