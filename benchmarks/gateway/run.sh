#!/usr/bin/env bash
# What the gateway adds to a direct call, beside nginx as a plain proxy and, if npm can fetch it, Portkey's gateway: all in one run, round after
# round, so that a noisy machine is noisy for everybody. Prints Markdown. Needs wrk and nginx, and hey for load at a given rate (Debian: apt-get
# install wrk nginx-light hey).
#
#   benchmarks/gateway/run.sh [SECONDS a measurement, default 4] [ROUNDS, default 3]
set -euo pipefail
here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(readlink -f "$here/../..")
seconds=${1:-4}
rounds=${2:-3}
work=$(mktemp -d)
pids=()
cleanup() {
  for pid in "${pids[@]}"; do kill "$pid" 2>/dev/null || true; done
  wait 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

for tool in wrk nginx curl; do
  command -v "$tool" >/dev/null || { echo "$tool is not installed" >&2; exit 1; }
done

# wait_for URL: until somebody answers there.
wait_for() {
  for _ in $(seq 300); do
    curl -sf -o /dev/null "$1" && return
    sleep 0.1
  done
  echo "nobody answers at $1" >&2
  exit 1
}

# Whole answers come from nginx, which gives a fixed one at once; streams from an emulated engine whose steps take a microsecond. One gateway also
# writes its decision log, the trace and an access log.
fixed=18400
engine=18401
proxy=18402
gateway=18403
gateway_of_streams=18404
portkey=18405
gateway_that_writes=18406
plimsoll=$root/artifacts/bin/Plimsoll.Cli/release/plimsoll.dll
[ -f "$plimsoll" ] || "$root/plimsoll" --version >/dev/null
[ -f "$plimsoll" ] || { echo "build first: $root/plimsoll --help" >&2; exit 1; }

dotnet exec "$plimsoll" emulate --step-time const:1e-6 --kv-tokens 4000000 --max-sequences 4096 --served-model m --port $engine >/dev/null 2>"$work/engine.log" &
pids+=($!)
cat >"$work/nginx.conf" <<CONF
worker_processes 2;
pid $work/nginx.pid;
daemon off;
error_log $work/nginx.log;
events { worker_connections 8192; }
http {
  access_log off;
  client_body_temp_path $work/body;
  client_max_body_size 32m;
  client_body_buffer_size 1m;
  default_type application/json;
  keepalive_requests 100000000;
  upstream fixed { server 127.0.0.1:$fixed; keepalive 512; keepalive_requests 100000000; }
  upstream engine { server 127.0.0.1:$engine; keepalive 512; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:$fixed backlog=4096;
    location = /health { return 200 '{}'; }
    location = /v1/models { return 200 '{"object":"list","data":[{"id":"m","object":"model","created":1,"owned_by":"test"}]}'; }
    location = /v1/chat/completions {
      return 200 '{"id":"c","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"finish_reason":"length","message":{"role":"assistant","content":"Hi"}}],"usage":{"prompt_tokens":16,"completion_tokens":1,"total_tokens":17}}';
    }
  }
  server {
    listen 127.0.0.1:$proxy backlog=4096;
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffering off;
    location / { proxy_pass http://fixed; }
    location /streams/ { proxy_pass http://engine/; }
  }
}
CONF
nginx -c "$work/nginx.conf" &
pids+=($!)
# start_gateway PORT UPSTREAM [OPTIONS]
start_gateway() {
  dotnet exec "$plimsoll" serve --backend "http://127.0.0.1:$2" --port "$1" --admin-port 0 --routing least-requests --window none "${@:3}" \
    >/dev/null 2>>"$work/gateway.log" &
  pids+=($!)
}

start_gateway $gateway $fixed
gateway_pid=${pids[-1]}
start_gateway $gateway_of_streams $engine
start_gateway $gateway_that_writes $fixed --record "$work/recorded" --access-log "$work/access.jsonl"
targets="direct:$fixed nginx:$proxy plimsoll:$gateway plimsoll-recording:$gateway_that_writes"
streams="direct:$engine nginx:$proxy/streams plimsoll:$gateway_of_streams"
wait_for "http://127.0.0.1:$engine/health"
wait_for "http://127.0.0.1:$proxy/health"
wait_for "http://127.0.0.1:$gateway/readyz"
wait_for "http://127.0.0.1:$gateway_of_streams/readyz"
wait_for "http://127.0.0.1:$gateway_that_writes/readyz"

if command -v npm >/dev/null && npm install --prefix "$work/portkey" --no-audit --no-fund --ignore-scripts @portkey-ai/gateway@1.15.2 >"$work/npm.log" 2>&1; then
  (cd "$work/portkey" && exec node node_modules/.bin/gateway --port=$portkey --headless) >"$work/portkey.log" 2>&1 &
  pids+=($!)
  sleep 4
  curl -s -o /dev/null "http://127.0.0.1:$portkey/" && { targets+=" portkey:$portkey"; streams+=" portkey:$portkey"; }
fi

# script NAME PROMPT_BYTES STREAMS OUTPUT_TOKENS UPSTREAM: what wrk sends.
script() {
  cat >"$work/$1.lua" <<LUA
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["Authorization"] = "Bearer none"
wrk.headers["x-portkey-provider"] = "openai"
wrk.headers["x-portkey-custom-host"] = "http://127.0.0.1:$5/v1"
wrk.body = '{"model":"m","stream":$3,"max_tokens":$4,"ignore_eos":true,"messages":[{"role":"user","content":"' .. string.rep("x", $2) .. '"}]}'
done = function(summary, latency, requests)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status + summary.errors.timeout
  io.write(string.format("RESULT %.1f %.1f %.0f %d\n", latency:percentile(50), latency:percentile(99), summary.requests / (summary.duration / 1e6), bad))
end
LUA
}

script small 64 false 1 $fixed
script stream 64 true 32 $engine
script large 100000 false 1 $fixed

printf 'Machine: %s, %s cores, load average before: %s. %s rounds of %s s for each cell; the median over rounds.\n\n' \
  "$(awk -F': ' '/model name/ { print $2; exit }' /proc/cpuinfo)" "$(nproc)" "$(cut -d' ' -f1 /proc/loadavg)" "$rounds" "$seconds"

# The engine and all that stand before it share the machine with wrk: warm each up first.
for target in $targets; do
  wrk -t1 -c8 -d3s -s "$work/small.lua" "http://127.0.0.1:${target#*:}/v1/chat/completions" >/dev/null
done
for target in $streams; do
  wrk -t1 -c8 -d2s -s "$work/stream.lua" "http://127.0.0.1:${target#*:}/v1/chat/completions" >/dev/null
done

# measure SCRIPT CONNECTIONS TARGETS: as fast as they can, one row a target.
measure() {
  local targets=$3
  for ((round = 0; round < rounds; round++)); do
    for target in $targets; do
      wrk -t1 -c"$2" -d"${seconds}s" --timeout 20s -s "$work/$1.lua" "http://127.0.0.1:${target#*:}/v1/chat/completions" \
        | awk -v name="${target%%:*}" '/^RESULT/ { print name, $2, $3, $4, $5 }' >>"$work/$1-$2.txt"
    done
  done
  table "$work/$1-$2.txt" "$targets"
}

# at_rate SCRIPT CONNECTIONS RATE_OF_EACH TARGETS: each connection asks so often a second. hey reads its clock to a tenth of a millisecond.
at_rate() {
  local targets=$4
  sed -n "s/^wrk.body = '\(.*\)' .. string.rep(\"x\", \([0-9]*\)) .. '\(.*\)'$/\1 \2 \3/p" "$work/$1.lua" \
    | while read -r head count tail; do printf '%s%s%s' "$head" "$(head -c "$count" /dev/zero | tr '\0' x)" "$tail"; done >"$work/$1.json"
  for ((round = 0; round < rounds; round++)); do
    for target in $targets; do
      hey -z "${seconds}s" -c "$2" -q "$3" -m POST -T application/json -H "Authorization: Bearer none" -H "x-portkey-provider: openai" \
        -H "x-portkey-custom-host: http://127.0.0.1:$fixed/v1" -D "$work/$1.json" "http://127.0.0.1:${target#*:}/v1/chat/completions" \
        | awk -v name="${target%%:*}" '/50%/ { p50 = $3 } /99%/ { p99 = $3 } /Requests\/sec/ { rate = $2 } /\[[0-9]+\]\t/ && !/\[200\]/ { bad += $2 }
          END { print name, p50 * 1e6, p99 * 1e6, rate, bad + 0 }' >>"$work/$1-$2-$3.txt"
    done
  done
  table "$work/$1-$2-$3.txt" "$targets"
}

# table FILE TARGETS: medians over the rounds.
table() {
  local targets=$2
  printf '| | p50 µs | p99 µs | added p50 µs | added p99 µs | requests/s | errors |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n'
  for target in $targets; do
    local name=${target%%:*}
    local row=$name
    for column in 2 3 4 5; do
      row+=" $(awk -v name="$name" -v column=$column '$1 == name { print $column }' "$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')"
    done
    echo "$row"
  done | awk 'NR == 1 { p50 = $2; p99 = $3 } { printf "| %s | %.0f | %.0f | %.0f | %.0f | %d | %d |\n", $1, $2, $3, $2 - p50, $3 - p99, $4, $5 }'
  printf '\n'
}

printf '### One at a time, answers of one token\n\n'; measure small 1 "$targets"
if command -v hey >/dev/null; then
  printf '### 2,000 requests a second on 4 connections, answers of one token\n\n'; at_rate small 4 500 "$targets"
fi

printf '### 32 at a time, answers of one token\n\n'; measure small 32 "$targets"
printf '### 8 at a time, streams of 32 events\n\n'; measure stream 8 "$streams"
printf '### 8 at a time, prompts of 100 KB\n\n'; measure large 8 "$targets"

# Memory over many requests.
rss() { awk '/VmRSS/ { printf "%.0f", $2 / 1024 }' "/proc/$gateway_pid/status"; }
before=$(rss)
count=0
while [ "$count" -lt 200000 ]; do
  count=$((count + $(wrk -t1 -c64 -d5s -s "$work/small.lua" "http://127.0.0.1:$gateway/v1/chat/completions" | awk '/requests in/ { print $1 }')))
  middle=${middle:-$(rss)}
done
printf 'Memory of the gateway: %s MiB before, %s MiB after the first five seconds, %s MiB after %s further requests.\n' "$before" "$middle" "$(rss)" "$count"
