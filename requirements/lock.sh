#!/usr/bin/env bash
# Resolve pyproject.toml into uv.lock and the seven hash-locked files beside this script.
#
#     bash requirements/lock.sh             keep every pin that still fits
#     bash requirements/lock.sh --upgrade   take the latest releases
set -euo pipefail
cd "$(dirname "$0")/.."

tools=$(mktemp -d)
trap 'rm -rf "$tools"' EXIT
python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --disable-pip-version-check uv

# Settings of the machine (a mirror, say) must not be written into the lock.
for name in $(compgen -e UV_) ; do unset "$name"; done
export UV_NO_CONFIG=1
uv() { "$tools/bin/uv" --quiet "$@"; }

uv lock "$@"
for name in runtime engines tracing build spark test benchmark; do
    group=(--group "$name")
    [ "$name" != runtime ] || group=()
    [ "$name" != build ] || group=(--only-group build)
    {
        echo "# Made by requirements/lock.sh from uv.lock: change pyproject.toml and run it, not this file."
        # The one package without a wheel; it is built with the locked setuptools of build.txt.
        [ "$name" != spark ] || printf -- '--no-binary pyspark\n'
        uv export --frozen --no-header --no-default-groups "${group[@]}"
    } >"$tools/$name.txt"
    mv "$tools/$name.txt" "requirements/$name.txt"
done
