# The simulator: its panel with the runtime as it is, then each switch that breaks the runtime.
#
#   tests/sim/run.sh BUILD
"$1/tests/sim" | tee "$1/tests/sim.log"
"$1/tests/sim_breakable" switches | tee "$1/tests/sim_breakable.log"
set -- $(cat "$1/tests/sim.log" "$1/tests/sim_breakable.log" | sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p')
[ $# = 4 ] || exit 1
echo "$(($1 + $3)) passed, $(($2 + $4)) failed"
[ $(($2 + $4)) = 0 ]
