#!/usr/bin/env bash
# Runs every test. Installs what the tests need (Debian packages, as root), builds, tests, and ends with one line:
#   N passed, N failed, N skipped
# In CI (CI=true) a skipped test is a failure: a missing tool must not look like success.
set -uo pipefail
cd "$(dirname "$0")" || exit 1

# command:package, or a path of the package for what is no command
needs=(telnet:telnet tshark:tshark openssl:openssl socat:socat python3:python3 pyserial-miniterm:python3-serial ser2net:ser2net
    conserver:conserver-server console:conserver-client conmand:conman ip:iproute2 script:bsdutils
    qemu-system-x86_64:qemu-system-x86 busybox:busybox-static cpio:cpio ansible-playbook:ansible go:golang-go
    /usr/lib/python3/dist-packages/pyVmomi:python3-pyvmomi
    /usr/share/gocode/src/github.com/vmware/govmomi:golang-github-vmware-govmomi-dev)

missing=()
for need in "${needs[@]}"; do
    what=${need%%:*}
    command -v "$what" >/dev/null || [[ $what == /* && -e $what ]] || missing+=("${need##*:}")
done
if [ ${#missing[@]} -gt 0 ]; then
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "The tests need: ${missing[*]}. Install them (as root: apt-get install ${missing[*]}) and run again." >&2
        exit 1
    fi
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}"; } >/dev/null || {
        echo "Installing ${missing[*]} failed." >&2
        exit 1
    }
fi

# A kernel to boot behind portside bridge: only its image, unpacked rather than installed.
kernel=artifacts/linux/vmlinuz
if [ ! -e "$kernel" ]; then
    echo "Fetching a kernel"
    place=$(mktemp -d)
    {
        apt-cache show linux-image-cloud-amd64 >/dev/null || apt-get update -qq
        package=$(apt-cache depends linux-image-cloud-amd64 | sed -nE 's/^ *Depends: (linux-image-[0-9].*)$/\1/p' | head -n 1)
        (cd "$place" && apt-get download "$package" && dpkg-deb --fsys-tarfile linux-image-*.deb | tar -x --wildcards './boot/vmlinuz-*') &&
            mkdir -p "$(dirname "$kernel")" && mv "$place"/boot/vmlinuz-* "$kernel"
    } >/dev/null 2>&1 || echo "There is no kernel to boot: apt-get download linux-image-cloud-amd64 failed." >&2
    rm -rf "$place"
fi

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
dotnet build Portside.slnx --nologo -v quiet || { echo "The build failed." >&2; exit 1; }

passed=0 failed=0 skipped=0 broken=0
for project in test/*.Tests; do
    name=$(basename "$project")
    echo "== $name"
    output=$(mktemp)
    # Begun in the background or by nohup, programs ignore SIGINT or SIGHUP; tests end and reload what they start by them.
    env --default-signal=INT,HUP dotnet "artifacts/bin/$name/debug/$name.dll" -noLogo -noColor "$@" | tee "$output"
    status=${PIPESTATUS[0]}

    # The runner's summary: "  Portside.X.Tests  Total: 9, Errors: 0, Failed: 0, Skipped: 0, Not Run: 0, Time: 1.2s"
    count() { sed -nE "s/^.* Total: .*$1: ([0-9]+),.*/\1/p" "$output" | tail -n 1; }
    total=$(sed -nE 's/^.* Total: ([0-9]+), Errors: .*/\1/p' "$output" | tail -n 1)
    failures=$(($(count Errors) + $(count Failed) + 0))
    skips=$(($(count Skipped) + $(count "Not Run") + 0))
    passed=$((passed + ${total:-0} - failures - skips))
    failed=$((failed + failures))
    skipped=$((skipped + $(count Skipped) + 0))

    # A test host that died has counted nothing, and one that counted nothing has tested nothing.
    if [ "$failures" = 0 ] && { [ "$status" != 0 ] || [ -z "$total" ]; }; then
        echo "$name ended with exit code $status." >&2
        broken=1
    fi
    rm -f "$output"
done

[ "$broken" = 1 ] && failed=$((failed + 1))
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ] || exit 1
[ "${CI:-}" != true ] || [ "$skipped" = 0 ] || { echo "No test may be skipped in CI." >&2; exit 1; }
