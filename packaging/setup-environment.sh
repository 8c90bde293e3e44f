#!/usr/bin/env bash
# Everything that a target of the Makefile needs: a virtual environment in .venv with the pinned
# packages, and the system libraries that Qt asks for.
#
#     packaging/setup-environment.sh [EXTRA ...]      extras of pyproject.toml: dev, bench ...
#
# PYTHON=/path/to/python chooses the interpreter; otherwise the newest supported one is taken.
# A second call with nothing changed does nothing. A display is not needed.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

readonly OLDEST=11 NEWEST=13 # of Python 3, as pyproject.toml says
readonly VENV=.venv CONSTRAINTS=packaging/constraints.txt
# What the ldd command finds Qt's widgets and its platforms xcb and offscreen to need.
readonly QT_PACKAGES=(
    libegl1 libgl1 libglib2.0-0 libfontconfig1 libfreetype6 libdbus-1-3 libxkbcommon0
    libxkbcommon-x11-0 libx11-6 libx11-xcb1 libxcb1 libxcb-cursor0 libxcb-icccm4 libxcb-image0
    libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-render0 libxcb-shape0 libxcb-shm0
    libxcb-sync1 libxcb-xfixes0 libxcb-xkb1
)

say() { printf '%s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

# --- system packages --------------------------------------------------------------------------

as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    command -v apt-get >/dev/null && as_root true 2>/dev/null
}

install_packages() {
    say "Installing system packages: $*"
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null 2>&1 && return
    as_root apt-get update -qq >/dev/null 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" \
        >/dev/null
}

# --- Python -----------------------------------------------------------------------------------

supported() {
    "$1" -c "import sys; sys.exit(not (3, $OLDEST) <= sys.version_info[:2] <= (3, $NEWEST))" \
        >/dev/null 2>&1
}

makes_environments() {
    "$1" -c 'import ensurepip, venv, ssl' >/dev/null 2>&1
}

candidates() {
    if [ -n "${PYTHON:-}" ]; then
        echo "$PYTHON"
        return
    fi
    local minor
    for minor in $(seq $NEWEST -1 $OLDEST); do
        type -aP "python3.$minor" || true
    done
    type -aP python3 python || true
}

find_python() {
    local python found=""
    for python in $(candidates); do
        supported "$python" || continue
        if makes_environments "$python"; then
            echo "$python"
            return
        fi
        found=${found:-$python}
    done
    echo "$found"
}

choose_python() {
    python=$(find_python)
    if [ -z "$python" ] && [ -z "${PYTHON:-}" ] && can_install; then
        install_packages python3 python3-venv
        python=$(find_python)
    fi
    [ -n "$python" ] || stop "dllab needs Python 3.$OLDEST to 3.$NEWEST;" \
        "${PYTHON:-no python on the search path} is none. Install one, or name it:" \
        "make PYTHON=/path/to/python3.$NEWEST ..."
    makes_environments "$python" && return
    local package
    package=$("$python" -c 'import sys; print(f"python3.{sys.version_info[1]}-venv")')
    can_install && install_packages "$package" && makes_environments "$python" && return
    stop "$python cannot make virtual environments. Install its venv module" \
        "(Debian, Ubuntu: apt-get install $package) and try again."
}

# --- the virtual environment ------------------------------------------------------------------

# Also the folder: an environment that was copied elsewhere still points to where it came from.
digest() {
    { pwd; cat pyproject.toml $CONSTRAINTS packaging/setup-environment.sh; "$1" --version; } |
        cksum
}

wanted_version() {
    "$1" -c 'import sys; print(sys.version_info[:2])'
}

make_environment() {
    local python
    if supported $VENV/bin/python && { [ -z "${PYTHON:-}" ] ||
        [ "$(wanted_version "$PYTHON")" = "$(wanted_version $VENV/bin/python)" ]; } &&
        grep -qsxF "$PWD" $VENV/dllab-folder; then
        return
    fi
    choose_python
    say "Making .venv with $("$python" --version) ($python)"
    [ ! -e $VENV ] || [ -f $VENV/pyvenv.cfg ] || [ -f $VENV/dllab-folder ] ||
        stop "$PWD/$VENV exists and is no virtual environment; move it away."
    rm -rf $VENV
    "$python" -m venv $VENV
    pwd >$VENV/dllab-folder
}

install_python_packages() {
    local extra stamp stale=()
    for extra in base "$@"; do
        stamp=$VENV/dllab-installed-$extra
        [ "$(cat "$stamp" 2>/dev/null)" = "$(digest $VENV/bin/python)" ] || stale+=("$extra")
    done
    [ ${#stale[@]} -gt 0 ] || return 0
    say "Installing the Python packages (${stale[*]}); this is done once"
    local extras="$*" build_tools
    mapfile -t build_tools < <($VENV/bin/python -c \
        'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["build-system"]["requires"], sep="\n")')
    local pip=($VENV/bin/python -m pip --disable-pip-version-check install -qq -c $CONSTRAINTS)
    # Installed first and used without isolation, so that the pins hold for them too.
    "${pip[@]}" "${build_tools[@]}" &&
        "${pip[@]}" --no-build-isolation -e ".${extras:+[${extras// /,}]}" ||
        stop "The packages could not be installed. Is there a network? Try again with it."
    for extra in base "$@"; do
        digest $VENV/bin/python >"$VENV/dllab-installed-$extra"
    done
}

# --- what Qt needs of the system --------------------------------------------------------------

missing_libraries() {
    local qt
    qt=$($VENV/bin/python -c 'import importlib.util as u; print(u.find_spec("PySide6").submodule_search_locations[0])')
    ldd "$qt"/QtWidgets*.so "$qt"/Qt/plugins/platforms/libq{xcb,offscreen}.so 2>/dev/null |
        awk '/not found/ { print $1 }' | sort -u
}

have_fonts() {
    [ -n "$(find /usr/share/fonts /usr/local/share/fonts "$HOME/.fonts" "$HOME/.local/share/fonts" \
        \( -name '*.ttf' -o -name '*.otf' -o -name '*.ttc' -o -name '*.pfb' \) -print -quit 2>/dev/null)" ]
}

prepare_qt() {
    local stamp=$VENV/dllab-qt missing needed=()
    if [ "$(uname -s)" != Linux ] || [ -e "$stamp" ]; then
        return
    fi
    missing=$(missing_libraries)
    [ -z "$missing" ] || needed+=("${QT_PACKAGES[@]}")
    have_fonts || needed+=(fonts-dejavu-core)
    if [ ${#needed[@]} -gt 0 ] && can_install; then
        install_packages "${needed[@]}" || say "apt-get could not install them all."
        missing=$(missing_libraries)
        needed=()
    fi
    if [ -n "$missing" ]; then
        say "Qt, which draws the window, misses these libraries:" $missing
        say "Install them and try again. On Debian and Ubuntu: apt-get install ${QT_PACKAGES[*]}"
        exit 1
    fi
    if [ ${#needed[@]} -gt 0 ]; then
        say "There are no fonts, so the window will show no letters. Install some," \
            "on Debian and Ubuntu: apt-get install ${needed[*]}"
    fi
    : >"$stamp"
}

make_environment
install_python_packages "$@"
prepare_qt
