#!/bin/sh
# Builds the reference server: build.sh OUTDIR makes OUTDIR/reference (never in the source folder).
set -eu
if [ $# -ne 1 ]; then
    echo "usage: $0 OUTDIR" >&2
    exit 2
fi
if ! command -v gcc >/dev/null 2>&1; then
    echo "The C reference server needs gcc, which is not installed here (Debian: apt-get install gcc libc6-dev)." >&2
    exit 3
fi
source=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd)
mkdir -p -- "$1"
out=$(CDPATH= cd -- "$1" && pwd)
if [ "$out" = "$source" ]; then
    echo "OUTDIR must not be the source folder $source." >&2
    exit 2
fi
exec gcc -std=c11 -O2 -Wall -Wextra -pthread -o "$out/reference" "$source/reference.c"
