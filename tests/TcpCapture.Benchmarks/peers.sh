#!/usr/bin/env bash
# tcpcapture analyze beside tshark and tcptrace: whole processes, on captures in the page cache, one after the other in one run.
# Usage: peers.sh [SEGMENTS]   (default 2000000; the file of ten times as many is measured with tcpcapture alone)
set -euo pipefail
cd "$(dirname "$0")/../.."
segments=${1:-2000000}
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
for tool in tshark tcptrace time; do
    command -v $tool > /dev/null || [ -x /usr/bin/$tool ] || { echo "$tool is missing: apt-get install $tool" >&2; exit 2; }
done

dotnet build -c Release tests/TcpCapture.Benchmarks > "$folder/build.log" || { cat "$folder/build.log" >&2; exit 2; }
dotnet publish src/TcpCapture.Cli -c Release -r "linux-$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" -p:PublishAot=true \
    -p:CppCompilerAndLinker=gcc -o "$folder/native" > "$folder/publish.log" || { cat "$folder/publish.log" >&2; exit 2; }
ours="$folder/native/tcpcapture"
write() { dotnet tests/TcpCapture.Benchmarks/bin/Release/net10.0/TcpCapture.Benchmarks.dll write-capture "$@"; }

# least MEASURED-COMMAND…: the least seconds of three runs and the most memory (MB) of any
least() {
    local best="" most=0 seconds kilobytes
    for _ in 1 2 3; do
        rm -rf "$folder/out"
        /usr/bin/time -f '%e %M' -o "$folder/times" "$@" > /dev/null 2> "$folder/errors" || { cat "$folder/errors" >&2; exit 2; }
        read -r seconds kilobytes < "$folder/times"
        best=$(printf '%s\n' $best "$seconds" | sort -g | head -1)
        most=$(printf '%s\n' "$most" "$kilobytes" | sort -g | tail -1)
    done
    echo "$best $((most / 1024))"
}

row() { printf '| %-34s | %8s | %6s | %9s | %8s |\n' "$@"; }
per() { awk -v s="$1" -v n="$2" 'BEGIN { printf "%.1f", s * 1e9 / n }'; }
ratio() { awk -v a="$1" -v b="$2" 'BEGIN { printf "%.1f", a / b }'; }

# measure FILE SEGMENTS NAME WITH-PEERS [flags]
measure() {
    set -- "$@" ""
    cat "$1" > /dev/null
    read -r floor _ <<< "$(least cat "$1")"
    read -r own memory <<< "$(least "$ours" analyze "$1" -o "$folder/out")"
    row "$3: reading its bytes" "$floor" "" "$(per "$floor" "$2")" "$(ratio "$floor" "$own")"
    row "$3: tcpcapture analyze" "$own" "$memory" "$(per "$own" "$2")" 1
    [ "$4" = yes ] || return 0
    read -r theirs memory <<< "$(least tcptrace -n -r -l "$1")"
    row "$3: tcptrace -n -r -l" "$theirs" "$memory" "$(per "$theirs" "$2")" "$(ratio "$theirs" "$own")"
    read -r theirs memory <<< "$(least tcptrace -n "$1")"
    row "$3: tcptrace -n" "$theirs" "$memory" "$(per "$theirs" "$2")" "$(ratio "$theirs" "$own")"
    read -r theirs memory <<< "$(least tshark -r "$1" -q -z conv,tcp)"
    row "$3: tshark -q -z conv,tcp" "$theirs" "$memory" "$(per "$theirs" "$2")" "$(ratio "$theirs" "$own")"
    [ "$5" = flags ] || return 0
    read -r theirs memory <<< "$(least tshark -r "$1" -T fields -e tcp.analysis.flags)"
    row "$3: tshark, its flags" "$theirs" "$memory" "$(per "$theirs" "$2")" "$(ratio "$theirs" "$own")"
}

row "whole process" "seconds" "MB" "ns a seg." "ratio"
row "---" "---:" "---:" "---:" "---:"
write "$folder/bulk.pcap" "$segments" 2000 200 200 96
measure "$folder/bulk.pcap" "$segments" "1 loss in 200" yes flags
rm "$folder/bulk.pcap"
write "$folder/short.pcap" "$segments" 20 200 0 96
measure "$folder/short.pcap" "$segments" "20 segments a connection" yes
rm "$folder/short.pcap"
write "$folder/whole.pcap" "$((segments / 2))" 2000 200 200 65535
measure "$folder/whole.pcap" "$((segments / 2))" "whole frames" yes
rm "$folder/whole.pcap"
write "$folder/long.pcap" "$((segments * 10))" 2000 200 200 96
measure "$folder/long.pcap" "$((segments * 10))" "ten times as many" no
rm "$folder/long.pcap"
write "$folder/ten.pcap" 10 10 1 0 96
measure "$folder/ten.pcap" 10 "ten segments" yes
