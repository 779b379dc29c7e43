#!/usr/bin/env bash
# The simulator of govmomi and portside host, one after the other, on this machine: an inventory (the simulator starts with one, the
# host is given the same through its API), a pass of the property collector over all devices, sessions that wait. Needs golang-go and golang-github-vmware-govmomi-dev.
#
#   bench/vsphere/run.sh [MACHINES] [WAITERS]
#
# To measure any other server: URL=https://… USER_NAME=… PASSWORD=… [SERVER_PID=…] bench/vsphere/run.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

machines=${1:-10000} waiters=${2:-1000}
portside=${PORTSIDE_PROGRAM:-artifacts/bin/Portside/release/portside}
user=administrator@vsphere.local password=secret
directory=$(mktemp -d) server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true; rm -rf "$directory"' EXIT
ulimit -n "$(ulimit -Hn)"

export GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE=$PWD/artifacts/go/cache
go build -o "$directory/devices" bench/vsphere/devices.go
go build -o "$directory/vcsim" test/Portside.EndToEnd.Tests/Scripts/vsphere/vcsim/main.go

# Starts a server whose first words with "https://" are its URL, and measures it.
measure() { # NAME MACHINES-TO-CREATE COMMAND...
    local name=$1 create=$2 began url=
    shift 2
    mkdir -p "$directory/$name.files"
    began=$(date +%s.%N)
    TMPDIR=$directory/$name.files "$@" >"$directory/$name.out" 2>"$directory/$name.err" &
    server=$!
    until url=$(grep -om 1 'https://[^ "]*/sdk' "$directory/$name.out" 2>/dev/null); do
        kill -0 "$server" 2>/dev/null || { echo "$name did not start:" >&2; cat "$directory/$name.err" >&2; return 1; }
        sleep 0.1
    done
    echo "start_seconds $(echo "$(date +%s.%N) - $began" | bc)" >"$directory/$name.txt"
    "$directory/devices" -user "$user" -password "$password" -pid "$server" -create "$create" -waiters "$waiters" "$url" >>"$directory/$name.txt"
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

if [ -n "${URL:-}" ]; then
    "$directory/devices" -user "$USER_NAME" -password "$PASSWORD" -pid "${SERVER_PID:-0}" -waiters "$waiters" "$URL"
    exit
fi

measure vcsim 0 "$directory/vcsim" -machines "$machines" -ports 2 -user "$user" -password "$password"
columns=("$directory/vcsim.txt")
header="measure vcsim"
if [ -x "$portside" ] && "$portside" host --help >/dev/null 2>&1; then
    export PORTSIDE_HOST_PASSWORD=$password
    measure portside "$machines" "$portside" host --listen 127.0.0.1:0 --user "$user" -o json
    columns+=("$directory/portside.txt")
    header+=" portside"
fi
{
    echo "$header"
    if [ ${#columns[@]} = 2 ]; then join -a 2 -e - -o 0,1.2,2.2 <(sort "${columns[0]}") <(sort "${columns[1]}"); else cat "${columns[@]}"; fi
} | column -t
