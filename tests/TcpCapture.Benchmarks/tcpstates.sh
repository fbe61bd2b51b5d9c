#!/bin/sh
# Runs tcpstates of bpfcc-tools on a kernel that has no headers, with those of another kernel: it takes the names of types
# from them, and the tracepoint's fields from the running kernel. In a mount namespace of its own.
#
#   apt-get download linux-headers-6.1.0-NN-amd64 linux-headers-6.1.0-NN-common linux-kbuild-6.1   # Debian 12; NN as apt has it
#   for p in *.deb; do dpkg -x "$p" FOLDER; done
#   KERNEL_HEADERS=FOLDER TCPSTATES=tests/TcpCapture.Benchmarks/tcpstates.sh dotnet run ... overhead
set -eu
: "${KERNEL_HEADERS:?names the folder that the packages of headers were unpacked into}"
mkdir -p /lib/modules
exec unshare -m /bin/sh -euc '
mount -t debugfs none /sys/kernel/debug
mount -t tracefs none /sys/kernel/tracing
mount --bind "$KERNEL_HEADERS/usr/src" /usr/src
mount -t tmpfs none /lib/modules
mkdir "/lib/modules/$(uname -r)"
for f in /usr/src/linux-headers-*-amd64; do ln -s "$f" "/lib/modules/$(uname -r)/build"; done
for f in /usr/src/linux-headers-*-common; do ln -s "$f" "/lib/modules/$(uname -r)/source"; done
exec /usr/sbin/tcpstates-bpfcc "$@"' sh "$@"
