# What the scripts of bench/ share: sourced, after `me` was set to the script's name.

die() { echo "bench/$me: $2" >&2; exit "$1"; }

find_go() { # sets go: the command, or nothing
  go=
  local candidate
  for candidate in go1.23 /usr/lib/go-1.23/bin/go go; do
    if command -v "$candidate" >/dev/null 2>&1; then go=$candidate; return; fi
  done
}

begin_work() { # sets work: a folder that goes when the script ends
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
}

built() { # what, command...
  local what=$1
  shift
  "$@" >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; die 1 "$what did not build; the compiler's words are above."; }
}

build_programs() { # sets programs: those that can be measured, in order
  echo "building ..." >&2
  built "bench/Gmp" dotnet build -c Release -v quiet -nologo "$here/Gmp"
  built "bench/Task" dotnet build -c Release -v quiet -nologo "$here/Task"
  if [[ -n $go ]]; then
    built "bench/go" env GOFLAGS= GOWORK=off GOTOOLCHAIN=local "$go" -C "$here/go" build -trimpath -o "$work/go-bench" .
    programs="go gmp task"
  else
    echo "No Go was found, so its column is missing. On Debian: apt install golang-1.23-go (from bookworm-backports)." >&2
    programs="gmp task"
  fi
}

run_program() { # program, Ps, its other arguments...
  local program=$1 ps=$2
  shift 2
  case $program in
    go) GOMAXPROCS=$ps "$work/go-bench" "$@" ;;
    gmp) "$here/Gmp/bin/Release/net10.0/Bench.Gmp" -procs "$ps" -model "${model:-gmp}" "$@" ;;
    task) DOTNET_PROCESSOR_COUNT=$ps "$here/Task/bin/Release/net10.0/Bench.Task" -procs "$ps" "$@" ;;
  esac
}

# CPU seconds that all programs but ours have used so far: who else was busy decides what a table is worth. Linux only.
others() {
  [[ -r /proc/stat ]] || return 0
  times >"$work/times" # not in a subshell: a fork starts with the times of no children
  awk -v hz="$(getconf CLK_TCK)" '
    FILENAME ~ /times$/ { if (++line == 2) for (i = 1; i <= 2; i++) { split($i, t, /[ms]/); ours += 60 * t[1] + t[2] } next }
    $1 == "cpu" { printf "%.2f", ($2 + $3 + $4 + $7 + $8 + $9) / hz - ours }' "$work/times" /proc/stat
}

begin_measuring() { others >"$work/others.before"; begin=$SECONDS; }

print_table() { print_rows "$here/lib/table.awk" "$@"; } # rounds, json (0 or 1): from $work/samples

print_rows() { # awk program, rounds, json
  local form=$1
  shift
  others >"$work/others.after"
  local busy=null cpu cores dotnet_version go_version=
  if [[ -s $work/others.after ]]; then
    busy=$(awk -v before="$(<"$work/others.before")" -v after="$(<"$work/others.after")" -v seconds=$((SECONDS - begin)) \
      'BEGIN { printf "%.2f", (after - before) / (seconds > 0 ? seconds : 1) }')
  fi
  cpu=$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo 2>/dev/null | head -n 1)
  : "${cpu:=$(sysctl -n machdep.cpu.brand_string 2>/dev/null || uname -m)}"
  cores=$(getconf _NPROCESSORS_ONLN)
  dotnet_version=$(dotnet --list-runtimes | sed -n 's/^Microsoft\.NETCore\.App \(10\.[^ ]*\) .*/\1/p' | tail -n 1)
  if [[ -n $go ]]; then go_version=$(GOTOOLCHAIN=local "$go" env GOVERSION); fi
  awk -v json="$2" -v rounds="$1" -v cpu="$cpu" -v cores="$cores" -v os="$(uname -s) $(uname -m)" -v dotnet="$dotnet_version" \
    -v gover="${go_version#go}" -v busy="$busy" -f "$here/lib/machine.awk" -f "$form" "$work/samples"
}
