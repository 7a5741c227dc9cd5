-- One request again and again, or several in turn; at the end one line of JSON. Arguments: the file with the bodies (one a
-- line; "-" for none), the files with the tokens, one a line and taken in turn ("-" for none), where to begin, and the values of which every request takes
-- another half in place of @SUBSET@ ("-" for none).

local requests, at = {}, 0
local template, values, chosen, rank, ways, total = nil, {}, 0, 0, {}, 0

-- The number of ways to choose k of n.
local function binomial(n, k)
  if k < 0 or k > n then return 0 end
  local result = 1
  for i = 1, k do result = result * (n - k + i) / i end
  return result
end

-- The rank-th way to choose half of the values, in lexicographic order.
local function subset(wanted)
  local left, need, result = wanted, chosen, {}
  for i = 1, #values do
    local with = ways[#values - i][need - 1]
    if need > 0 and left < with then
      result[#result + 1] = values[i]
      need = need - 1
    else
      left = left - (need > 0 and with or 0)
    end
  end
  return table.concat(result, ",")
end

local function lines(name)
  local all = {}
  if name ~= "-" then for line in io.lines(name) do all[#all + 1] = line end end
  return all
end

local function vary(list)
  for value in list:gmatch("[^,]+") do values[#values + 1] = value end
  chosen = math.floor(#values / 2)
  for n = 0, #values do
    ways[n] = {}
    for k = -1, chosen do ways[n][k] = binomial(n, k) end
  end
  total = ways[#values][chosen]
end

function init(args)
  local bodies, tokens = lines(args[1]), lines(args[2])
  rank = tonumber(args[3])
  at = rank
  wrk.headers["Content-Type"] = "application/json"
  wrk.headers["Accept"] = "application/graphql-response+json"
  if tokens[1] then wrk.headers["Authorization"] = "Bearer " .. tokens[1] end
  if #bodies == 0 then
    requests[1] = wrk.format("GET")
  elseif args[4] ~= "-" then
    vary(args[4])
    template = bodies[1]
  else
    for i = 1, math.max(#tokens, 1) do
      if tokens[i] then wrk.headers["Authorization"] = "Bearer " .. tokens[i] end
      for _, body in ipairs(bodies) do requests[#requests + 1] = wrk.format("POST", nil, nil, body) end
    end
  end
end

function request()
  if template then
    -- A stride without a common factor with the number of ways meets each of them once, far from the one before.
    local body = template:gsub("@SUBSET@", subset((rank * 100003) % total))
    rank = rank + 1
    return wrk.format("POST", nil, nil, body)
  end
  at = at + 1
  return requests[at % #requests + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"requests":%d,"microseconds":%d,"p50":%d,"p95":%d,"p99":%d,"refused":%d,"broken":%d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout))
end
