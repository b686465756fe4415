-- Rspamd: write a signed verdict for winnow (winnow_trust = signed).
--
-- A routine for rspamd's milter_headers module. In
-- /etc/rspamd/local.d/milter_headers.conf:
--
--   use = ["winnow-signed"];          # beside what else you use
--   skip_local = false;               # sign all mail
--   skip_authenticated = false;
--   custom {
--     winnow-signed = "return dofile('/etc/rspamd/winnow-signed.lua')('/etc/rspamd/winnow.keys')";
--   }
--
-- winnow.keys is the file of winnow_sign_keys, or one with the same lines, that
-- rspamd's user can read. The last key that is not retired signs. In Dovecot:
-- winnow_scanner = rspamd, winnow_trust = signed, winnow_trusted_hosts = the
-- name of the mail server that rspamd works for. What is signed is described
-- in winnow's doc/sources.md.

local hash = require "rspamd_cryptobox_hash"
local logger = require "rspamd_logger"

local HEADER = "X-Site-Verdict"

local classes = {
  ["no action"] = "ham",
  ["greylist"] = "suspect",
  ["soft reject"] = "suspect",
  ["add header"] = "spam",
  ["rewrite subject"] = "spam",
  ["quarantine"] = "spam",
  ["discard"] = "spam",
  ["reject"] = "spam",
}

-- Name and secret of the last key without a date; nil and why there is none.
local function read_key(path)
  local file, problem = io.open(path)
  if not file then
    return nil, problem
  end
  local name, secret = nil, "there is no key in " .. path
  for line in file:lines() do
    local words = {}
    for word in line:gmatch("%S+") do
      words[#words + 1] = word
    end
    if #words == 2 and words[1]:sub(1, 1) ~= "#" then
      name, secret = words[1], words[2]
    end
  end
  file:close()
  return name, secret
end

-- Servers fold lines anew: of the first 1024 bytes runs of blanks are one, and
-- 512 bytes count.
local function canonical(value)
  value = value:sub(1, 1024):gsub("[ \t\r\n]+", " "):gsub("^ ", "")
  return (value:sub(1, 512):gsub(" $", ""))
end

-- The topmost field of each name that is asked for, by its lower-case name. A
-- line break becomes a byte that no name has.
local function topmost(headers, names)
  local found = {}
  headers = "\n" .. headers:gsub("\r\n", "\n"):gsub("\n[ \t]", "\r ")
  for name, value in headers:gmatch("\n([^:\n]+):([^\n]*)") do
    name = name:lower():gsub("[ \t]+$", "")
    if names[name] and not found[name] then
      found[name] = canonical(value)
    end
  end
  return found
end

local function message_name(task)
  local fields = topmost(tostring(task:get_raw_headers()), {
    ["message-id"] = true, from = true, date = true, subject = true })
  local id = fields["message-id"]
  if id and id ~= "" then
    return id
  end
  return hash.create_specific("sha256", (fields.from or "") .. "|" ..
      (fields.date or "") .. "|" .. (fields.subject or "")):hex()
end

local function queue_id(task)
  local id = task:get_queue_id() or ""
  return #id <= 64 and id:match("^[%w%-%._/+]+$") or ""
end

-- "nan" and "inf" are no scores.
local function score(task)
  local result = task:get_metric_score()
  local text = string.format("%.2f", result and result[1] or 0)
  return text:match("^%-?%d+%.%d+$") or ""
end

return function(path)
  local name, secret = read_key(path)
  if not name then
    logger.errx(rspamd_config, "winnow-signed: nothing is signed: %s", secret)
  end

  -- milter_headers calls it: no error, what to add, what to remove, and nothing
  -- to share with other routines
  return function(task)
    if not name then
      return nil, {}, {}, {}
    end
    local class = classes[task:get_metric_action()] or "suspect"
    local text = string.format("v=1;k=%s;t=%d;q=%s;c=%s;s=%s;", name,
        os.time(), queue_id(task), class, score(task))
    local mac = hash.create_specific_keyed(secret, "sha256",
        text .. "m=" .. message_name(task)):base64()
    local value = text:gsub(";", "; ") .. "b=" .. tostring(mac)
    return nil, { [HEADER] = value }, { [HEADER] = 0 }, {}
  end
end
