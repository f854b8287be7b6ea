# Sourced by ./plimsoll and ./test.sh: finds the SDK, and asks a package feed again that did not answer. Speaks on standard error only.
# shellcheck shell=bash

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 TESTINGPLATFORM_TELEMETRY_OPTOUT=1
# Builds leave no process behind that could hold a lock or a pipe of ours.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false

say() {
  printf 'plimsoll: %s\n' "$*" >&2
}

# need_sdk ROOT: ends the script unless an SDK that global.json accepts is on the PATH.
need_sdk() {
  local found
  if ! command -v dotnet >/dev/null 2>&1; then
    say "the .NET 10 SDK is needed, and there is no 'dotnet' on the PATH."
  elif ! found=$(cd "$1" && dotnet --version 2>&1); then
    say "the .NET 10 SDK is needed, and the 'dotnet' on the PATH does not have it:"
    printf '%s\n' "$found" >&2
  else
    return 0
  fi

  cat >&2 <<'HELP'
Get it in either of two ways, then try again:
  https://dotnet.microsoft.com/download/dotnet/10.0      installers and packages for every system
  curl -fsSL https://dot.net/v1/dotnet-install.sh | bash -s -- --channel 10.0
      into your home folder, without root; afterwards: export PATH="$HOME/.dotnet:$PATH"
HELP
  exit 1
}

# quietly LOG COMMAND...: keeps what it prints in a file, and shows the file if it fails.
quietly() {
  local log=$1
  shift
  if ! "$@" </dev/null >"$log" 2>&1; then
    cat "$log" >&2
    return 1
  fi
}

# restore LOG PROJECT: gets the packages. A feed that does not answer is asked three times; any other mistake shows at once.
restore() {
  local attempt
  for attempt in 1 2 3; do
    if dotnet restore "$2" -v quiet </dev/null >"$1" 2>&1; then
      return 0
    fi

    if [ "$attempt" -eq 3 ] || ! grep -Eq 'NU1301|timed out|HttpRequestException' "$1"; then
      cat "$1" >&2
      return 1
    fi

    say "the package feed did not answer; trying again"
    sleep $((attempt * 5))
  done
}
