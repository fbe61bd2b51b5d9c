# shellcheck shell=bash
# Sourced by samples/quickstart and tests/run: finds the .NET SDK and installs the Debian packages that are missing.
# apt runs only if something is missing.

# Not every user's PATH has these folders, which hold ip, nft and ldconfig.
PATH="$PATH:/usr/sbin:/sbin"

say() { printf '%s\n' "$*" >&2; }

# Puts dotnet on the PATH and sets DOTNET_ROOT, because built programs do not search the PATH for the runtime.
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

# check_sdk ROOT: says in one line that the SDK of global.json is missing; dotnet's own message is a page long.
check_sdk() {
  if ! (cd "$1" && dotnet --version >/dev/null 2>&1); then
    say "The .NET SDK 10 is needed (global.json) and not among those installed here: apt-get install dotnet-sdk-10.0, or https://dot.net/download"
    return 1
  fi
}

# has REQUIREMENT: "libpcap" is the library; everything else is a command.
# The list goes into a variable first: with pipefail, a grep that stops reading early would count as a failure.
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
    # Newer Debian and Ubuntu renamed the package for 64-bit time; the library's name is the same.
    libpcap) if apt-cache show libpcap0.8t64 >/dev/null 2>&1; then echo libpcap0.8t64; else echo libpcap0.8; fi ;;
    ip) echo iproute2 ;;
    nft) echo nftables ;;
    ps) echo procps ;;
    chromedriver) echo chromium-driver ;;
    gcc) printf '%s\n' gcc libc6-dev zlib1g-dev ;; # to link the native command
    script) echo bsdutils ;;
    setpriv | unshare) echo util-linux ;;
    *) echo "$1" ;;
  esac
}

missing() {
  local requirement
  for requirement; do
    has "$requirement" || echo "$requirement"
  done
}

# install_missing REQUIREMENT...: installs those that are missing. If it cannot, prints what to run and returns 1.
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
  # If a source is unreachable, the install may still work without it.
  "${apt[@]}" update >>"$log" 2>&1 || say "apt-get update failed; trying with the package lists that are here"
  # apt knows libpcap's package name only after the lists are fetched.
  mapfile -t packages < <(for requirement in "${wanted[@]}"; do package_of "$requirement"; done)
  if ! "${apt[@]}" install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1; then
    tail -n 20 "$log" >&2
    say "apt-get could not install ${packages[*]}; its last lines are above, all of them in $log"
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
