-- `http-request lua.authz URL` asks authz about a request. It goes on with the headers that authz sets, and without those that
-- authz has removed, or it is answered as authz says. Without an answer there is no access.

-- Headers of this connection, those that tell authz of the request, and those that frame its answer.
local function names(list)
    local set = {}
    for name in list:gmatch("%S+") do set[name] = true end
    return set
end
local not_asked = names("connection keep-alive proxy-connection te trailer transfer-encoding upgrade expect host content-length " ..
    "x-forwarded-method x-forwarded-uri x-forwarded-host x-forwarded-proto x-forwarded-for")
local not_told = names("connection keep-alive transfer-encoding content-length content-type date")

-- Servers that take `-`, `_` and `.` in a name for the same would read `x_auth_subject` as `x-auth-subject`.
local function plain(name)
    return (name:lower():gsub("[_.]", "-"))
end

local function each(values, use)
    for _, value in pairs(values or {}) do use(value) end
end

local function question(txn)
    local headers = {}
    for name, values in pairs(txn.http:req_get_headers()) do
        if not not_asked[name] then
            headers[name] = {}
            each(values, function(value) table.insert(headers[name], value) end)
        end
    end
    headers["x-forwarded-method"] = { txn.f:method() }
    -- A URL without a path has none, nor has the target of OPTIONS for the whole server.
    headers["x-forwarded-uri"] = { txn.f:pathq() or (txn.f:url() == "*" and "*" or "/") }
    -- The whole line: a host with a comma is two for whoever splits it.
    headers["x-forwarded-host"] = { txn.f:req_fhdr("host") or "" }
    headers["x-forwarded-proto"] = { txn.f:ssl_fc() == 1 and "https" or "http" }
    headers["x-forwarded-for"] = { txn.f:src() or "" }
    return headers
end

-- Whether the client asks that one of these headers go no further than here.
local function stops(txn, set)
    local stopped = false
    each(txn.http:req_get_headers()["connection"], function(list)
        for name in list:gmatch("[^,%s]+") do stopped = stopped or set[plain(name)] end
    end)
    return stopped
end

local function remove(txn, unwanted)
    for name in pairs(txn.http:req_get_headers()) do
        if unwanted[plain(name)] then txn.http:req_del_header(name) end
    end
end

local function refuse(txn, answer)
    local status = answer and answer.status or 0
    if status < 400 or status > 499 then status = 503 end
    local reply = txn:reply({ status = status })
    if status ~= 503 then
        each(answer.headers["www-authenticate"], function(value) reply:add_header("www-authenticate", value) end)
        each(answer.headers["content-type"], function(value) reply:add_header("content-type", value) end)
        reply:set_body(answer.body or "")
    end
    txn:done(reply)
end

local function let_through(txn, answer)
    local unwanted = {}
    each(answer.headers["x-authz-headers-to-remove"], function(list)
        for name in list:gmatch("[^,%s]+") do unwanted[plain(name)] = true end
    end)
    local identity = {}
    for name, values in pairs(answer.headers) do
        if not not_told[name] and name:sub(1, 8) ~= "x-authz-" then
            unwanted[plain(name)] = true
            identity[name] = values
        end
    end
    if stops(txn, unwanted) then return refuse(txn, { status = 400, headers = {} }) end
    remove(txn, unwanted)
    for name, values in pairs(identity) do
        each(values, function(value) txn.http:req_add_header(name, value) end)
    end
end

core.register_action("authz", { "http-req" }, function(txn, url)
    local answer = core.httpclient():get({ url = url, headers = question(txn) })
    if answer and answer.status == 200 then
        let_through(txn, answer)
    else
        refuse(txn, answer)
    end
end, 1)
