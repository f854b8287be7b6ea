#!/usr/bin/env bash
# Builds everything, checks the format and runs every test. The last line says how it went: N passed, N failed. A project that ends without
# results counts as one failure, and so does a build or a format that is not clean.
#
#   ./test.sh          what a change must pass
#   ./test.sh --long   the same with many more cases for the property tests
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
# shellcheck source=eng/dotnet.sh
source eng/dotnet.sh

export results=$PWD/artifacts/test-results
export limit=600
passed=0
failed=0

case "${1-}" in
  "") ;;
  --long)
    export PLIMSOLL_TWIN_CASES=20000
    limit=7200
    ;;
  *)
    say "test.sh takes --long or nothing, not '$1'"
    exit 2
    ;;
esac

# stop REASON: nothing could be tested.
stop() {
  say "$1"
  printf '0 passed, 1 failed\n'
  exit 1
}

# three_times COMMAND...: for what depends on a network.
three_times() {
  "$@" || { sleep 5 && "$@"; } || { sleep 10 && "$@"; }
}

# with_limit SECONDS COMMAND...
with_limit() {
  if command -v timeout >/dev/null 2>&1; then
    timeout "$@"
  else
    "${@:2}"
  fi
}

install_chromium() {
  with_limit 300 apt-get update && with_limit 300 apt-get install -y --no-install-recommends chromium
}

install_coin() {
  with_limit 300 apt-get update && with_limit 300 apt-get install -y --no-install-recommends coinor-libcbc3 coinor-libclp1
}

# What the tests of the optimum need: two native solvers. Without them they are skipped, and say so.
install_solvers() {
  if ldconfig -p 2>/dev/null | grep -q 'libCbcSolver\.so\.3' && ldconfig -p | grep -q 'libClp\.so\.1'; then
    return
  elif [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    say "no tests with solvers: coinor-libcbc3 and coinor-libclp1 are not installed, and installing them takes root and apt-get"
  elif ! DEBIAN_FRONTEND=noninteractive three_times install_coin </dev/null >"$results/coin.log" 2>&1; then
    say "no tests with solvers: coinor-libcbc3 and coinor-libclp1 could not be installed: $(tail -n 1 "$results/coin.log")"
  fi
}

# What the browser tests need. Without it they are skipped, and say so.
install_browser() {
  if ! command -v chromium >/dev/null 2>&1; then
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null 2>&1; then
      say "no browser tests: chromium is not installed, and installing it takes root and apt-get"
      return
    fi

    if ! DEBIAN_FRONTEND=noninteractive three_times install_chromium </dev/null >"$results/chromium.log" 2>&1; then
      say "no browser tests: chromium could not be installed: $(tail -n 1 "$results/chromium.log")"
      return
    fi
  fi

  if ! command -v npm >/dev/null 2>&1; then
    say "no browser tests: npm is not installed"
  elif [ tests/browser/node_modules/.package-lock.json -nt tests/browser/package-lock.json ]; then
    return
  elif ! three_times with_limit 300 npm ci --prefix tests/browser --ignore-scripts --no-audit --no-fund \
    </dev/null >"$results/npm.log" 2>&1; then
    say "no browser tests: npm ci failed: $(tail -n 1 "$results/npm.log")"
  fi
}

# What the tests with the official client for JavaScript need. Without it they are skipped, and say so.
install_clients() {
  if ! command -v npm >/dev/null 2>&1; then
    say "no tests with the client for JavaScript: npm is not installed"
  elif [ tests/clients/node_modules/.package-lock.json -nt tests/clients/package-lock.json ]; then
    return
  elif ! three_times with_limit 300 npm ci --prefix tests/clients --ignore-scripts --no-audit --no-fund \
    </dev/null >"$results/clients.log" 2>&1; then
    say "no tests with the client for JavaScript: npm ci failed: $(tail -n 1 "$results/clients.log")"
  fi
}

# run_project NAME FILTER [RESULTS]: its results go to RESULTS.xml, what it prints to RESULTS.log; RESULTS is NAME unless given.
run_project() {
  with_limit "$limit" dotnet exec "artifacts/bin/$1/debug/$1.dll" -noLogo -noColor -noAutoReporters "$2" machine=quiet \
    -xml "$results/${3:-$1}.xml" </dev/null >"$results/${3:-$1}.log" 2>&1 || true
}

# count NAME ATTRIBUTE: a number from the head of a project's results.
count() {
  sed -n "s/.*<assembly [^>]* $2=\"\([0-9]*\)\".*/\1/p" "$results/$1.xml" | head -n 1
}

# add_up NAME: adds a project to the totals and prints its line.
add_up() {
  local good bad errors total seconds
  if ! grep -q '</assemblies>' "$results/$1.xml" 2>/dev/null; then
    failed=$((failed + 1))
    printf '%-32s no result: it crashed or took longer than %s s\n' "$1" "$limit"
    head -n 40 "$results/$1.log"
    return
  fi

  good=$(count "$1" passed)
  bad=$(count "$1" failed)
  errors=$(count "$1" errors)
  total=$(count "$1" total)
  seconds=$(sed -n 's/.*<assembly [^>]* time="\([0-9.]*\)".*/\1/p' "$results/$1.xml" | head -n 1)
  passed=$((passed + good))
  failed=$((failed + bad + errors))
  printf '%-32s %5d of %-5d in %7s s\n' "$1" "$good" "$total" "$seconds"
  if [ $((bad + errors)) -gt 0 ]; then
    cat "$results/$1.log"
  fi
}

# Each reason once, with how many tests gave it.
print_skips() {
  local reasons
  reasons=$(cat "$results"/*.xml | tr '\n' ' ' | sed 's/<reason>/\n<reason>/g' \
    | sed -n 's/^<reason><!\[CDATA\[\(.*\)\]\]><\/reason>.*/\1/p' | sort | uniq -c)
  if [ -n "$reasons" ]; then
    printf 'skipped:\n%s\n' "$reasons"
  fi
}

need_sdk "$PWD"
rm -rf "$results"
mkdir -p "$results"
printf 'restore and build\n'
restore "$results/restore.log" Plimsoll.slnx || stop "the packages could not be restored"
quietly "$results/build.log" dotnet build Plimsoll.slnx --no-restore -v quiet || stop "the build failed"
printf 'format\n'
if ! quietly "$results/format.log" dotnet format Plimsoll.slnx --no-restore --verify-no-changes; then
  failed=$((failed + 1))
  say "the format is not clean: run dotnet format"
fi

install_browser
install_clients
install_solvers
printf 'test\n'
projects=()
for file in tests/*.Tests/*.csproj; do
  projects+=("$(basename "$file" .csproj)")
done

export -f with_limit run_project
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\n' "${projects[@]}" | xargs -P 2 -I '{}' bash -c 'run_project "$1" -trait-' _ '{}'

# What goes by the wall clock wants a machine that does nothing else.
if [ "${1-}" = --long ]; then
  run_project Plimsoll.Cli.Tests -trait quiet
  projects+=(quiet)
fi

for project in "${projects[@]}"; do
  add_up "$project"
done

print_skips
printf '%d passed, %d failed\n' "$passed" "$failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
