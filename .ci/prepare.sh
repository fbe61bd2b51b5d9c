# shellcheck shell=bash
# Sourced by samples/quickstart and tests/run: finds the .NET SDK and installs the Debian packages that are missing.
# Nothing here runs apt when nothing is missing.

# ip, nft and ldconfig live here, and are not on the PATH of every user.
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*" >&2; }

# Puts dotnet on the PATH, and tells the programs it builds where the runtime is: they do not look at the PATH.
find_dotnet() {
  local folder home
  for folder in "${DOTNET_ROOT:-}" "${HOME:-}/.dotnet" /usr/local/share/dotnet /usr/share/dotnet /usr/lib/dotnet; do
    command -v dotnet >/dev/null && break
    [[ -x "$folder/dotnet" ]] && PATH="$folder:$PATH"
  done
  if ! command -v dotnet >/dev/null; then
    say "The .NET SDK 10 is not installed or not on the PATH: apt-get install dotnet-sdk-10.0, or https://dot.net/download"
    return 1
  fi
  home=$(dirname "$(readlink -f "$(command -v dotnet)")")
  if [[ -z "${DOTNET_ROOT:-}" && -d "$home/host/fxr" ]]; then
    export DOTNET_ROOT="$home"
  fi
  export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
}

# check_sdk ROOT: global.json asks for a version, and dotnet's own answer to not having it is a page long.
check_sdk() {
  if ! (cd "$1" && dotnet --version >/dev/null 2>&1); then
    say "The .NET SDK 10 is needed (global.json) and not among those installed here: apt-get install dotnet-sdk-10.0, or https://dot.net/download"
    return 1
  fi
}

# has REQUIREMENT: "libpcap" is the library; everything else is a command.
# (The list goes into a variable first: with pipefail, a grep that stops reading early would look like a failure.)
has() {
  if [[ "$1" == libpcap ]]; then
    local libraries
    libraries=$(ldconfig -p 2>/dev/null)
    [[ "$libraries" == *libpcap.so* ]]
  else
    command -v "$1" >/dev/null
  fi
}

package_of() {
  case "$1" in
    # Since the move to 64-bit times the package has a new name in newer Debian and Ubuntu; the library in it has not.
    libpcap) if apt-cache show libpcap0.8t64 >/dev/null 2>&1; then echo libpcap0.8t64; else echo libpcap0.8; fi ;;
    ip) echo iproute2 ;;
    nft) echo nftables ;;
    ps) echo procps ;;
    chromedriver) echo chromium-driver ;;
    gcc) printf '%s\n' gcc libc6-dev zlib1g-dev ;; # what a native command is linked with
    *) echo "$1" ;;
  esac
}

missing() {
  local requirement
  for requirement; do
    has "$requirement" || echo "$requirement"
  done
}

# install_missing REQUIREMENT...: installs those that are missing; 1, and one line saying what to run, where it cannot.
install_missing() {
  local wanted packages=() requirement log as_root=()
  mapfile -t wanted < <(missing "$@")
  [[ ${#wanted[@]} -gt 0 ]] || return 0

  if ! command -v apt-get >/dev/null; then
    say "Missing: ${wanted[*]}. There is no apt-get here: install them with this system's package manager, then run this again."
    return 1
  fi
  if [[ $EUID -ne 0 ]]; then
    if ! sudo -n true 2>/dev/null; then
      mapfile -t packages < <(for requirement in "${wanted[@]}"; do package_of "$requirement"; done)
      say "Missing: ${wanted[*]}. Installing needs root: sudo apt-get update && sudo apt-get install -y ${packages[*]}"
      return 1
    fi
    as_root=(sudo -n)
  fi

  say "Installing what is missing: ${wanted[*]}"
  log=$(mktemp)
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=120)
  # A stale or unreachable source must not stop an install that may not need it; the install itself decides.
  "${apt[@]}" update >>"$log" 2>&1 || say "apt-get update failed; trying with the package lists that are here"
  # Only now, with the lists fetched, does apt know which of libpcap's names it has.
  mapfile -t packages < <(for requirement in "${wanted[@]}"; do package_of "$requirement"; done)
  if ! "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "apt-get could not install ${packages[*]}; its last words are above, the whole of them in $log"
    return 1
  fi
  rm -f "$log"

  mapfile -t wanted < <(missing "$@")
  if [[ ${#wanted[@]} -gt 0 ]]; then
    say "apt-get installed ${packages[*]}, and yet these are still not found: ${wanted[*]}"
    return 1
  fi
}

# check_writable ROOT FOLDER...: the build writes bin and obj into its projects' folders.
check_writable() {
  local root=$1 folder output
  shift
  for folder; do
    for output in "$folder" "$folder/bin" "$folder/obj"; do
      if [[ -e "$root/$output" && ! -w "$root/$output" ]]; then
        say "$root/$output is read-only for you, and the build writes there: copy the checkout (cp -r '$root' ~/tcpcapture), or chown it if root built it before"
        return 1
      fi
    done
  done
}
