#!/usr/bin/env bash
# What `portside port ls` costs by the size of the inventory: requests, seconds and peak resident memory of the client, at portside host (which
# pages) and at govmomi's simulator (which answers everything at once). Machines have two network serial ports each. Needs golang-go,
# golang-github-vmware-govmomi-dev and python3.
#
#   bench/vsphere/list.sh [MACHINES...]
set -euo pipefail
cd "$(dirname "$0")/../.."

sizes=("$@")
[ ${#sizes[@]} -gt 0 ] || sizes=(1000 5000 10000)
runs=${RUNS:-3}
portside=${PORTSIDE_PROGRAM:-artifacts/publish/Portside/release/portside}
server_program=${PORTSIDE_HOST_PROGRAM:-$portside}
export GOVC_USERNAME=administrator@vsphere.local GOVC_PASSWORD=secret GOVC_INSECURE=1 PORTSIDE_HOST_PASSWORD=secret
directory=$(mktemp -d) server=
trap '[ -z "$server" ] || kill -9 "$server" 2>/dev/null || true; rm -rf "$directory"' EXIT

GO111MODULE=off GOPATH=/usr/share/gocode GOFLAGS='' GOCACHE=$PWD/artifacts/go/cache \
    go build -o "$directory/vcsim" test/Portside.EndToEnd.Tests/Scripts/vsphere/vcsim/main.go

cat >"$directory/measure.py" <<'PYTHON'
import json, re, resource, subprocess, sys, time
began = time.monotonic()
run = subprocess.run(sys.argv[1:], capture_output=True, text=True)
seconds = time.monotonic() - began
if run.returncode != 0:
    sys.exit(run.stderr)
told = re.search(r"(\d+) ports? of (\d+) machines?,.* asked in (\d+) requests", run.stderr)
print(told[2], told[1], told[3], f"{seconds:.1f}", resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
PYTHON

# Starts a server whose first words with "https://" are its URL, and has its ports listed RUNS times (3); the middle one by memory counts.
measure() { # NAME COMMAND...
    local name=$1 url=
    shift
    TMPDIR=$directory "$@" >"$directory/out" 2>"$directory/err" &
    server=$!
    until url=$(grep -om 1 'https://[^ "]*/sdk' "$directory/out" 2>/dev/null); do
        kill -0 "$server" 2>/dev/null || { echo "$name did not start:" >&2; cat "$directory/err" >&2; return 1; }
        sleep 0.1
    done
    for format in table json; do
        for _ in $(seq "$runs"); do
            GOVC_URL=$url python3 "$directory/measure.py" "$portside" port ls -o "$format"
        done | sort -n -k 5 | sed -n "$(((runs + 1) / 2))p" | sed "s/^/$name $format /" | tee -a "$directory/table" >&2
    done
    kill "$server"
    wait "$server" 2>/dev/null || true
    server=
}

echo "server format machines ports requests seconds peak_MiB" >"$directory/table"
for machines in "${sizes[@]}"; do
    echo "machines: [{ name: \"vm-{n:00000}\", count: $machines, serialPorts: [{ proxy: \"telnet://127.0.0.1:13370\", service: \"vm-console?port=a\" }, { proxy: \"telnet://127.0.0.1:13370\", service: \"vm-console?port=b\" }] }]" >"$directory/seed.yaml"
    measure portside "$server_program" host --listen 127.0.0.1:0 --user "$GOVC_USERNAME" --seed "$directory/seed.yaml" -o json
    measure vcsim "$directory/vcsim" -machines "$machines" -ports 2 -user "$GOVC_USERNAME" -password "$GOVC_PASSWORD"
done
column -t "$directory/table"
