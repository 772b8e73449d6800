-- What wrk sends and says: heads (request line and headers) in turn, each with the same body; one line of JSON at the end.
local threads, heads, body, sent = {}, {}, '', 0

local function read(path)
  local file = assert(io.open(path, 'rb'))
  local text = file:read('*a')
  file:close()
  return text
end

function setup(thread)
  table.insert(threads, thread)
end

function init(args)
  for head in read(args[1]):gmatch('%Z+') do
    table.insert(heads, head)
  end
  body = read(args[2])
end

function request()
  sent = sent + 1
  -- The main thread asks for it by this name.
  requests = sent
  return heads[(sent - 1) % #heads + 1] .. body
end

function done(summary, latency)
  local count = 0
  for _, thread in ipairs(threads) do
    count = count + (thread:get('requests') or 0)
  end
  local e = summary.errors
  local sample = ('%d statuses, %d connects, %d reads, %d writes, %d timeouts')
    :format(e.status, e.connect, e.read, e.write, e.timeout)
  print(('{"answers":%d,"perSecond":%f,"p99Ms":%f,"sent":%d,"failures":%d,"sample":"%s"}'):format(
    summary.requests, summary.requests / summary.duration * 1e6, latency:percentile(99) / 1e3, count,
    e.status + e.connect + e.read + e.write + e.timeout, sample))
end
