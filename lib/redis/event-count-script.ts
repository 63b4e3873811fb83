/**
 * Reads a group's entries and counts them by type and minute, in one step: what it delivers is
 * acknowledged and counted, or neither. Payloads stay inside Redis.
 *
 * KEYS[1] a stream, then the keys of the counts, a day each, oldest first; none where nothing is to
 * be stored. ARGV[1] `new` (delivered for the first time), `own` (pending with this consumer) or
 * `idle` (pending with any for ARGV[6] milliseconds, from id ARGV[7] on); ARGV[2] the group, ARGV[3]
 * the consumer, ARGV[4] entries after which it stops, ARGV[5] the number of the first key's day
 * since 1970, ARGV[8] milliseconds a day's key lives after its day began.
 *
 * A key is a hash. `<HH>:<type>` holds 32-bit counts of the 60 minutes of an hour, little-endian, up
 * to the last that is not 0; `<HH>*` those of types past the limit, `<HH>!` a 1 for each minute in
 * which somebody counted; `<HH>#` the number of types named, `since` the minute counting began in.
 *
 * Answers `['refused', error]` where the read was refused, else `['read', seconds and microseconds of
 * Redis's clock, entries, 1 where there may be more, next id of 'idle', error of a count that was
 * refused or nil, [minute, type, count, …] that was not stored, 1 where anything was stored]`.
 */
export const COUNT_EVENTS = `
local TYPES_MAX, TYPE_BYTES_MAX, BYTES_MAX, STEP_MAX = 64, 384, 1048576, 32
local MINUTES_KEPT = 7 * 1440 + 60
local key, how, group, consumer = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local first_day = tonumber(ARGV[5])
local time = redis.call('TIME')
local now = math.floor(tonumber(time[1]) / 60)
local refusal, unstored = false, {}

local function is_error(reply) return type(reply) == 'table' and reply.err end
local function key_of(minute) return KEYS[2 + math.floor(minute / 1440) - first_day] end

-- Adds to one minute of a field; an error of Redis where it is refused.
local function add(day, field, minute, count)
  local packed = redis.pcall('HGET', day, field)
  if is_error(packed) then return packed.err end
  packed = packed or ''
  local at = 4 * (minute % 60)
  if #packed < at then packed = packed .. string.rep('\\0', at - #packed) end
  if #packed >= at + 4 then count = math.min(4294967295, count + struct.unpack('<I4', packed, at + 1)) end
  local set = redis.pcall('HSET', day, field,
    string.sub(packed, 1, at) .. struct.pack('<I4', count) .. string.sub(packed, at + 5))
  return is_error(set)
end

-- The field of a type, which takes one of the hour's places where it is new.
local function field_of(day, minute, name)
  local hour = string.format('%02d', math.floor(minute / 60) % 24)
  local field = hour .. ':' .. name
  if redis.pcall('HEXISTS', day, field) ~= 0 then return field end
  local named = redis.pcall('HGET', day, hour .. '#')
  if is_error(named) then return field end
  named = tonumber(named or 0) or 0
  if named >= TYPES_MAX then return hour .. '*' end
  redis.pcall('HSET', day, hour .. '#', named + 1)
  return field
end

-- As the live feed names it, but for what only a decoder can tell. Most names come again.
local judged = {}
local function judge(name)
  local odd = name == '' or #name > TYPE_BYTES_MAX or string.find(name, '[%z\\1-\\31\\127]')
  judged[name] = (odd or string.sub(name, 1, 10) == 'dashboard.') and 'entry' or name
  return judged[name]
end
local function type_of(fields)
  for f = 1, #fields, 2 do
    if fields[f] == 'type' then return judged[fields[f + 1]] or judge(fields[f + 1]) end
  end
  return 'entry'
end

local counts, entries_read, bytes_read = {}, 0, 0
local function take(entries)
  for e = 1, #entries do
    local id, fields = entries[e] and entries[e][1], entries[e] and entries[e][2]
    if fields then
      for f = 1, #fields do bytes_read = bytes_read + #fields[f] end
      -- An id ahead of the clock tells no time.
      local minute = math.min(now, math.floor(tonumber(string.match(id, '^%d+')) / 60000))
      local name, types = type_of(fields), counts[minute]
      if not types then
        types = {}
        counts[minute] = types
      end
      types[name] = (types[name] or 0) + 1
    end
    if how ~= 'new' and id then redis.call('XACK', key, group, id) end
  end
  entries_read = entries_read + #entries
end

-- COUNT knows no bytes: it grows from 1, so that large entries do not pile up in here.
local cursor, more, limit = '0-0', 0, tonumber(ARGV[4])
local step = how == 'new' and 1 or STEP_MAX
repeat
  local reply, entries
  if how == 'idle' then
    reply = redis.pcall('XAUTOCLAIM', key, group, consumer, ARGV[6], ARGV[7], 'COUNT', step)
  elseif how == 'own' then
    reply = redis.pcall('XREADGROUP', 'GROUP', group, consumer, 'COUNT', step, 'STREAMS', key, '0')
  else
    reply = redis.pcall('XREADGROUP', 'GROUP', group, consumer, 'COUNT', step, 'NOACK', 'STREAMS', key, '>')
  end
  if is_error(reply) then
    if entries_read == 0 then return {'refused', reply.err} end
    break
  end
  if how == 'idle' then cursor, entries = reply[1], reply[2]
  else entries = reply and reply[1][2] or {} end
  take(entries)
  more = #entries >= step and 1 or 0
  step = math.min(STEP_MAX, 4 * step)
until how ~= 'new' or more == 0 or entries_read >= limit or bytes_read >= BYTES_MAX

-- In a fixed order: which types get the last places of an hour is then no chance.
local order = {}
for minute, types in pairs(counts) do
  if minute >= now - MINUTES_KEPT then
    for name, count in pairs(types) do order[#order + 1] = {minute, name, count} end
  end
end
table.sort(order, function(a, b)
  if a[1] ~= b[1] then return a[1] < b[1] end
  return a[2] < b[2]
end)
local touched = {}
for c = 1, #order do
  local minute, name, count = order[c][1], order[c][2], order[c][3]
  local day = key_of(minute)
  local err = day and add(day, field_of(day, minute, name), minute, count)
  if err then refusal = refusal or err end
  if day and not err then
    touched[day] = minute
  else
    unstored[#unstored + 1] = string.format('%.0f', minute)
    unstored[#unstored + 1] = name
    unstored[#unstored + 1] = count
  end
end

local today = key_of(now)
if today and not refusal then
  local hour = string.format('%02d!', math.floor(now / 60) % 24)
  local marks = redis.pcall('HGET', today, hour)
  if is_error(marks) then
    refusal = marks.err
  elseif #(marks or '') < 4 * (now % 60) + 4 then
    refusal = add(today, hour, now, 1) or false
    if not refusal then
      touched[today] = now
      if redis.call('HEXISTS', today, 'since') == 0 then
        local since = false
        for k = #KEYS, 2, -1 do
          local kept = redis.pcall('HGET', KEYS[k], 'since')
          if not since and type(kept) == 'string' then since = kept end
        end
        redis.pcall('HSET', today, 'since', since or now)
      end
    end
  end
end
for day, minute in pairs(touched) do
  local left = redis.pcall('PTTL', day)
  if is_error(left) or left < 0 then
    local begun = math.floor(minute / 1440) * 86400000
    local ends = redis.pcall('PEXPIREAT', day, string.format('%.0f', begun + tonumber(ARGV[8])))
    if is_error(ends) then refusal = refusal or ends.err end
  end
end
return {'read', time[1], time[2], entries_read, more, cursor, refusal, unstored, next(touched) and 1 or 0}
`;
